"""From a checked folder to a decoder on the card."""

from pathlib import Path
from typing import Any

import torch

from model_runtime.backends.card.decoder import CardDecoder, Record
from model_runtime.backends.card.weights import read_weights
from model_runtime.backends.decoder.rotary import rotations
from model_runtime.backends.decoder.shape import Shape
from model_runtime.loading.tensors import TensorReader
from model_runtime.quantizations import Quantization


def load_card_decoder(
    folder: Path,
    config: Any,
    *,
    quantization: Quantization,
    slots: int,
    context_length: int,
    record: Record,
    device: str = "cuda",
    dtype: torch.dtype = torch.bfloat16,
) -> CardDecoder:
    """The decoder of a folder whose config `decoder.shape.supports`. Raises ModelRefused."""
    shape = Shape.of(config)
    weights = read_weights(
        TensorReader(folder),
        shape,
        quantization=quantization,
        tied=bool(config.tie_word_embeddings),
        device=device,
        dtype=dtype,
    )
    turns = torch.from_numpy(rotations(config, context_length)).to(device)
    return CardDecoder(weights, shape, turns, slots=slots, context_length=context_length, record=record)
