"""`python -m model_runtime.backends.bert.ahead` compiles the layers, so that the first model need not."""

from pathlib import Path

from model_runtime.backends.bert.load import load_bert

if __name__ == "__main__":
    # One token of any model: what is compiled depends neither on sizes nor on the quantization.
    classifier = load_bert(Path(__file__).parents[2] / "starter" / "moderation", int8=False, threads=1, apart=False)
    if classifier is None:
        raise SystemExit("the shipped classifier is none that the compiled layers compute")
    classifier.logits([[1]])
