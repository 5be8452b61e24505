"""`python -m model_runtime.backends.decoder.ahead` compiles the decoder, so that the first model need not."""

from pathlib import Path

from transformers import AutoConfig

from model_runtime.backends.base import Work
from model_runtime.backends.decoder.load import load_decoder

if __name__ == "__main__":
    # One token of any model: what is compiled depends neither on sizes nor on the quantization.
    starter = Path(__file__).parents[2] / "starter"
    config = AutoConfig.from_pretrained(starter)
    decoder = load_decoder(starter, config, int8=False, slots=1, context_length=16, threads=1, apart=False)
    decoder.forward([Work(0, 0, [1])])
