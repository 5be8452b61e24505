"""A transformers model's layers in the form the lean encoder computes with."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from model_runtime.kernels.bert.shape import Shape
from model_runtime.kernels.product import Matrices


class Norm(NamedTuple):
    """Layer normalisations, float32 [layers, numbers]."""

    weight: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(cls, modules: list[nn.LayerNorm]) -> "Norm":
        return cls(*(np.stack([one.detach().float().numpy() for one in each]) for each in _parameters(modules)))

    @property
    def nbytes(self) -> int:
        """Memory they take."""
        return self.weight.nbytes + self.bias.nbytes


class Weights(NamedTuple):
    """All layers of an encoder."""

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

    @classmethod
    def of(cls, layers: Any, shape: Shape, *, int8: bool) -> "Weights":
        """Those of transformers' `BertLayer`s."""
        selves = [layer.attention.self for layer in layers]
        return cls(
            attention_in=_matrices([[own.query, own.key, own.value] for own in selves], shape.hidden, int8=int8),
            attention_out=_matrices(
                [[one.attention.output.dense] for one in layers], shape.hidden, int8=int8, added=True
            ),
            attention_norm=Norm.of([layer.attention.output.LayerNorm for layer in layers]),
            mlp_in=_matrices([[layer.intermediate.dense] for layer in layers], shape.hidden, int8=int8),
            mlp_out=_matrices(
                [[layer.output.dense] for layer in layers], shape.intermediate, int8=int8, added=True
            ),
            mlp_norm=Norm.of([layer.output.LayerNorm for layer in layers]),
        )


def _parameters(modules: list[nn.LayerNorm]) -> tuple[list[Any], list[Any]]:
    return [one.weight for one in modules], [one.bias for one in modules]


def _matrices(layers: list[list[nn.Linear]], inputs: int, *, int8: bool, added: bool = False) -> Matrices:
    """Each layer's projections as one."""
    outputs = sum(one.out_features for one in layers[0])
    made = Matrices.empty(len(layers), outputs, inputs, int8=int8, added=added)
    for number, parts in enumerate(layers):
        made.fill(
            number,
            torch.cat([one.weight.detach() for one in parts]),
            torch.cat([one.bias.detach() for one in parts]),
        )
    return made
