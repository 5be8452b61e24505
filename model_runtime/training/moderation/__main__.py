"""`python -m model_runtime.training.moderation`: from the data to the classifier, stage by stage."""

import argparse
import json
import logging
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertForSequenceClassification

from .data import load_texts, read_texts, write_texts
from .export import export
from .learning import CPU, FURTHER, GPU, QUICK, Learner, chances
from .measure import measure, table
from .network import classifier, config_of
from .tokens import VOCABULARY, train_tokenizer

STAGES = ("data", "tokenizer", "train", "export")
THRESHOLDS = (0.5, 0.7, 0.9)
log = logging.getLogger("moderation")


def main(arguments: list[str] | None = None) -> int:
    """Run the stages asked for."""
    parser = argparse.ArgumentParser(prog="python -m model_runtime.training.moderation", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sources")
    parser.add_argument("--out", type=Path, default=Path("model_runtime/starter/moderation"))
    parser.add_argument("--work", type=Path, default=Path(".train/moderation"), help="folder of what lies between")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--device", default="cpu", help="where to train: cpu or cuda")
    parser.add_argument("--further", type=Path, metavar="FOLDER", help="go on from this classifier, on one core")
    parser.add_argument("--quick", action="store_true", help="a smoke run of seconds; the model is of no use")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    work, quick = options.work, options.quick
    texts_path, tokens_path, weights = work / "texts.jsonl", work / "tokenizer.json", work / "classifier.pt"
    if "data" in options.stages and not texts_path.exists():
        texts = read_texts(options.data)
        write_texts(texts_path, texts[:: len(texts) // 500] if quick else texts)
    texts = load_texts(texts_path)
    train, held = [text for text in texts if not text.held], [text for text in texts if text.held]
    if options.further:
        tokens_path = options.further / "tokenizer.json"
    elif "tokenizer" in options.stages and not tokens_path.exists():
        train_tokenizer([t.text for t in train], 1000 if quick else VOCABULARY).save(str(tokens_path))
    tokenizer = Tokenizer.from_file(str(tokens_path))
    if "train" in options.stages:
        plan = QUICK if quick else FURTHER if options.further else CPU if options.device == "cpu" else GPU
        known = _known(options.further) if options.further else None

        def judge(network: nn.Module) -> None:
            log.info("held out\n%s", table(measure(held[::4], chances(network, tokenizer, held[::4]))))
            state = {name: t.detach().cpu().to(torch.bfloat16) for name, t in network.state_dict().items()}
            torch.save(state, weights)

        Learner(tokenizer, plan, options.device).learn(train, judge, known)
    if "export" in options.stages:
        network = classifier(config_of(tokenizer))
        network.load_state_dict(torch.load(weights, weights_only=True))
        found = chances(network.eval(), tokenizer, held)
        figures = {threshold: measure(held, found, threshold) for threshold in THRESHOLDS}
        (work / "figures.json").write_text(json.dumps(figures, indent=1))
        size = export(network, tokenizer, figures, options.out)
        log.info("exported %s, %.1f MB\n%s", options.out, size / 1e6, table(figures[THRESHOLDS[0]]))
    return 0


def _known(folder: Path) -> nn.Module:
    torch.set_num_threads(1)
    rates = {"hidden_dropout_prob": FURTHER.dropout, "attention_probs_dropout_prob": FURTHER.dropout}
    return BertForSequenceClassification.from_pretrained(folder, dtype=torch.float32, **rates)


if __name__ == "__main__":
    raise SystemExit(main())
