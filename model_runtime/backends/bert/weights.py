"""Weights of a checked folder in the form the lean encoder computes with, made one tensor at a time."""

from typing import NamedTuple

import numpy as np

from model_runtime.backends.bert.shape import Shape
from model_runtime.kernels.product import Matrices
from model_runtime.loading.tensors import Table, TensorReader

_LEGACY = {"weight": "gamma", "bias": "beta"}


class Norm(NamedTuple):
    """Layer normalisations, float32 [layers, numbers]."""

    weight: np.ndarray
    bias: np.ndarray

    @property
    def nbytes(self) -> int:
        """Memory they take."""
        return self.weight.nbytes + self.bias.nbytes


class Weights(NamedTuple):
    """What a pass reads."""

    embedding_norm: Norm
    """One."""
    attention_in: Matrices
    """Queries, keys and values as one projection."""
    attention_out: Matrices
    attention_norm: Norm
    mlp_in: Matrices
    mlp_out: Matrices
    mlp_norm: Norm

    @property
    def nbytes(self) -> int:
        """Memory they take."""
        return sum(part.nbytes for part in self)


class Embeddings(NamedTuple):
    """What a token, its position and the text it is of begin as."""

    words: Table
    positions: np.ndarray
    texts: np.ndarray

    @property
    def nbytes(self) -> int:
        """Memory they take."""
        return sum(part.nbytes for part in self)


class Head(NamedTuple):
    """What makes classes of the first token's state, float32 [outputs, inputs] and [outputs]."""

    pooler: np.ndarray
    pooler_bias: np.ndarray
    classes: np.ndarray
    classes_bias: np.ndarray

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return sum(part.nbytes for part in self)


def read_weights(reader: TensorReader, prefix: str, shape: Shape, *, int8: bool) -> Weights:
    """All layers, of tensors whose names begin so. Raises ModelRefused."""
    layers = [f"{prefix}encoder.layer.{layer}." for layer in range(shape.layers)]

    def norms(places: list[str]) -> Norm:
        return Norm(*(np.stack([_norm(reader, at, part, shape.hidden) for at in places]) for part in _LEGACY))

    def matrices(parts: list[str], outputs: int, inputs: int, *, added: bool = False) -> Matrices:
        made = Matrices.empty(shape.layers, outputs * len(parts), inputs, int8=int8, added=added)
        for number, layer in enumerate(layers):
            made.fill(
                number,
                np.concatenate([reader.get(f"{layer}{part}.weight", outputs, inputs) for part in parts]),
                np.concatenate([reader.get(f"{layer}{part}.bias", outputs) for part in parts]),
            )
        return made

    hidden, inner = shape.hidden, shape.intermediate
    attended = [f"attention.self.{part}" for part in ("query", "key", "value")]
    return Weights(
        embedding_norm=norms([f"{prefix}embeddings.LayerNorm"]),
        attention_in=matrices(attended, hidden, hidden),
        attention_out=matrices(["attention.output.dense"], hidden, hidden, added=True),
        attention_norm=norms([f"{layer}attention.output.LayerNorm" for layer in layers]),
        mlp_in=matrices(["intermediate.dense"], inner, hidden),
        mlp_out=matrices(["output.dense"], hidden, inner, added=True),
        mlp_norm=norms([f"{layer}output.LayerNorm" for layer in layers]),
    )


def _norm(reader: TensorReader, at: str, part: str, size: int) -> np.ndarray:
    older = reader.find(f"{at}.{_LEGACY[part]}", size)  # the names that the first files of BERT have
    return reader.get(f"{at}.{part}", size) if older is None else older
