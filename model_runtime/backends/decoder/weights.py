"""Weights of a checked folder in the form the decoder computes with, made one tensor at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from model_runtime.backends.decoder.rotary import interleaved
from model_runtime.backends.decoder.shape import Shape
from model_runtime.kernels.linear import Linear
from model_runtime.loading.tensors import TensorReader

MakeLinear = Callable[[Tensor, Tensor | None], Linear]


@dataclass(frozen=True)
class Layer:
    """One block. Queries, keys and values are one projection, gate and up another: fewer, larger products."""

    attention_norm: Tensor
    attention_in: Linear
    query_key_norm: Tensor | None
    """[heads + kv_heads, head_size], for models that normalise queries and keys."""
    attention_out: Linear
    mlp_norm: Tensor
    mlp_in: Linear
    mlp_out: Linear


@dataclass(frozen=True)
class Weights:
    """All of a decoder. `embedding` keeps the type it has in the file."""

    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Linear

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        linears = [
            linear.bytes
            for layer in self.layers
            for linear in (layer.attention_in, layer.attention_out, layer.mlp_in, layer.mlp_out)
        ]
        return self.embedding.nbytes + self.head.bytes + sum(linears)


def read_weights(reader: TensorReader, shape: Shape, make: MakeLinear, *, tied: bool) -> Weights:
    """The weights under the names that Llama, Mistral and Qwen checkpoints use. Raises ModelRefused."""
    table = (shape.vocabulary, shape.hidden)
    embedding = reader.get("model.embed_tokens.weight", *table)
    return Weights(
        embedding=embedding,
        layers=[_layer(reader, f"model.layers.{index}", shape, make) for index in range(shape.layers)],
        norm=reader.get("model.norm.weight", shape.hidden).float(),
        head=make(embedding if tied else reader.get("lm_head.weight", *table), None),
    )


def _layer(reader: TensorReader, prefix: str, shape: Shape, make: MakeLinear) -> Layer:
    def norm(name: str) -> Tensor:
        return reader.get(f"{prefix}.{name}.weight", shape.hidden).float()

    def joined(*parts: tuple[Tensor, Tensor | None]) -> Linear:
        biases = [weight.new_zeros(len(weight)) if bias is None else bias for weight, bias in parts]
        biased = any(bias is not None for _, bias in parts)
        return make(torch.cat([weight for weight, _ in parts]), torch.cat(biases) if biased else None)

    def projection(name: str, outputs: int, inputs: int) -> tuple[Tensor, Tensor | None]:
        at = f"{prefix}.{name}"
        return reader.get(f"{at}.weight", outputs, inputs), reader.find(f"{at}.bias", outputs)

    def rotated(name: str, heads: int) -> tuple[Tensor, Tensor | None]:
        weight, bias = projection(name, heads * shape.head_size, shape.hidden)
        return (
            interleaved(weight, shape.head_size),
            interleaved(bias, shape.head_size) if bias is not None else None,
        )

    return Layer(
        attention_norm=norm("input_layernorm"),
        attention_in=joined(
            rotated("self_attn.q_proj", shape.heads),
            rotated("self_attn.k_proj", shape.kv_heads),
            projection("self_attn.v_proj", shape.kv_heads * shape.head_size, shape.hidden),
        ),
        query_key_norm=_query_key_norm(reader, prefix, shape),
        attention_out=joined(projection("self_attn.o_proj", shape.hidden, shape.heads * shape.head_size)),
        mlp_norm=norm("post_attention_layernorm"),
        mlp_in=joined(
            projection("mlp.gate_proj", shape.intermediate, shape.hidden),
            projection("mlp.up_proj", shape.intermediate, shape.hidden),
        ),
        mlp_out=joined(projection("mlp.down_proj", shape.hidden, shape.intermediate)),
    )


def _query_key_norm(reader: TensorReader, prefix: str, shape: Shape) -> Tensor | None:
    query, key = (reader.find(f"{prefix}.self_attn.{name}_norm.weight", shape.head_size) for name in "qk")
    if query is None or key is None:
        return None
    query, key = (interleaved(norm.float(), shape.head_size) for norm in (query, key))
    return torch.cat([query.expand(shape.heads, -1), key.expand(shape.kv_heads, -1)])
