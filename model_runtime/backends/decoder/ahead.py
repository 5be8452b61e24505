"""`python -m model_runtime.backends.decoder.ahead` compiles the decoder, so that the first model need not."""

from pathlib import Path

from model_runtime.backends.base import Work
from model_runtime.backends.decoder.load import load_decoder
from model_runtime.loading.plain_config import read_config

if __name__ == "__main__":
    # One token of any model: what is compiled depends neither on sizes nor on the quantization.
    starter = Path(__file__).parents[2] / "starter"
    decoder = load_decoder(
        starter, read_config(starter), int8=False, slots=1, context_length=16, threads=1, apart=False
    )
    decoder.compute([Work(0, 0, [1])])
