"""From a checked folder to a decoder."""

from pathlib import Path
from typing import Any

from model_runtime.backends.decoder.cache import KeyValueCache
from model_runtime.backends.decoder.decoder import Decoder
from model_runtime.backends.decoder.forward import compute
from model_runtime.backends.decoder.rotary import rotations
from model_runtime.backends.decoder.shape import Shape
from model_runtime.backends.decoder.weights import read_weights
from model_runtime.kernels.apart import compile_apart
from model_runtime.loading.tensors import TensorReader

AHEAD = "model_runtime.backends.decoder.ahead"


def load_decoder(
    folder: Path, config: Any, *, int8: bool, slots: int, context_length: int, threads: int, apart: bool = True
) -> Decoder:
    """The decoder of a folder whose config `shape.supports`; `threads` compute. Raises ModelRefused.

    What must be compiled is compiled by another process, unless `apart` is False.
    """
    shape = Shape.of(config)
    reader = TensorReader(folder)
    embedding, weights = read_weights(reader, shape, int8=int8, tied=bool(config.tie_word_embeddings))
    reader.forget()
    if apart:
        compile_apart(compute, AHEAD)
    cache = KeyValueCache(shape, slots=slots, context_length=context_length)
    return Decoder(embedding, weights, shape, rotations(config, context_length), cache, threads=threads)
