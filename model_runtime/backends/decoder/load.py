"""From a checked folder to a decoder."""

from pathlib import Path
from typing import Any

from model_runtime.backends.decoder.cache import KeyValueCache
from model_runtime.backends.decoder.decoder import Decoder
from model_runtime.backends.decoder.rotary import rotations
from model_runtime.backends.decoder.shape import Shape
from model_runtime.backends.decoder.weights import read_weights
from model_runtime.kernels.linear import Float32Linear, Int8Linear
from model_runtime.loading.tensors import TensorReader


def load_decoder(folder: Path, config: Any, *, int8: bool, slots: int, context_length: int) -> Decoder:
    """The decoder of a folder whose transformers config `shape.supports`. Raises ModelRefused."""
    shape = Shape.of(config)
    make = Int8Linear if int8 else Float32Linear
    weights = read_weights(TensorReader(folder), shape, make, tied=bool(config.tie_word_embeddings))
    cache = KeyValueCache(shape, slots=slots, context_length=context_length)
    return Decoder(weights, shape, rotations(config, shape, context_length), cache)
