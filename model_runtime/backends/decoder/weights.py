"""Weights of a checked folder in the form the decoder computes with, made one tensor at a time."""

from typing import NamedTuple

import numpy as np

from model_runtime.backends.decoder.shape import Shape
from model_runtime.kernels.product import Matrices
from model_runtime.loading.tensors import Table, TensorReader


class Weights(NamedTuple):
    """All of a decoder but its embedding table. Norms are float32, [layers, numbers]."""

    attention_norm: np.ndarray
    attention_in: Matrices
    """Queries, keys and values as one projection."""
    query_norm: np.ndarray
    """[layers, head_size]; [0, head_size] where a model does not normalise queries and keys."""
    key_norm: np.ndarray
    attention_out: Matrices
    mlp_norm: np.ndarray
    mlp_in: Matrices
    """Gate and up as one projection."""
    mlp_out: Matrices
    norm: np.ndarray
    """[hidden]"""
    head: Matrices
    """One matrix."""

    @property
    def nbytes(self) -> int:
        """Memory they take."""
        return sum(part.nbytes for part in self)


def read_weights(reader: TensorReader, shape: Shape, *, int8: bool, tied: bool) -> tuple[Table, Weights]:
    """The embedding table, and the rest, of a Llama, Mistral or Qwen checkpoint. Raises ModelRefused."""

    def matrices(outputs: int, inputs: int, *, fine: bool = False, added: bool = False) -> Matrices:
        return Matrices.empty(shape.layers, outputs, inputs, int8=int8, fine=fine, added=added)

    def norms(name: str, size: int) -> np.ndarray:
        return np.stack([reader.get(f"{at}.{name}.weight", size) for at in prefixes])

    prefixes = [f"model.layers.{layer}" for layer in range(shape.layers)]
    queries, keys = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    normalised = reader.find(f"{prefixes[0]}.self_attn.q_norm.weight", shape.head_size) is not None
    none = np.empty((0, shape.head_size), np.float32)
    table = (shape.vocabulary, shape.hidden)
    embedding = reader.table("model.embed_tokens.weight", *table)
    weights = Weights(
        attention_norm=norms("input_layernorm", shape.hidden),
        attention_in=matrices(queries + 2 * keys, shape.hidden, fine=True),
        query_norm=norms("self_attn.q_norm", shape.head_size) if normalised else none,
        key_norm=norms("self_attn.k_norm", shape.head_size) if normalised else none,
        attention_out=matrices(shape.hidden, queries, fine=True, added=True),
        mlp_norm=norms("post_attention_layernorm", shape.hidden),
        mlp_in=matrices(2 * shape.intermediate, shape.hidden),
        mlp_out=matrices(shape.hidden, shape.intermediate, added=True),
        norm=np.array(reader.get("model.norm.weight", shape.hidden)),
        head=Matrices.empty(1, *table, int8=int8),
    )
    weights.head.fill(0, embedding[:] if tied else reader.get("lm_head.weight", *table))
    attention_in = {"q": queries, "k": keys, "v": keys}
    sizes: list[tuple[Matrices, int, dict[str, int]]] = [
        (weights.attention_in, shape.hidden, {f"self_attn.{one}_proj": size for one, size in attention_in.items()}),
        (weights.attention_out, queries, {"self_attn.o_proj": shape.hidden}),
        (weights.mlp_in, shape.hidden, {"mlp.gate_proj": shape.intermediate, "mlp.up_proj": shape.intermediate}),
        (weights.mlp_out, shape.intermediate, {"mlp.down_proj": shape.hidden}),
    ]
    for layer, prefix in enumerate(prefixes):
        for target, inputs, parts in sizes:
            target.fill(layer, *_joined(reader, prefix, parts, inputs))
    return embedding, weights


def _joined(reader: TensorReader, prefix: str, parts: dict[str, int], inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Projections by name and number of outputs as one: weight and bias, which is zero where there is none."""
    weights, biases = [], []
    for name, outputs in parts.items():
        weights.append(reader.get(f"{prefix}.{name}.weight", outputs, inputs))
        bias = reader.find(f"{prefix}.{name}.bias", outputs)
        biases.append(np.zeros(outputs, np.float32) if bias is None else bias)
    return np.concatenate(weights), np.concatenate(biases)
