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
    embedding = reader.get("model.embed_tokens.weight")
    return Weights(
        embedding=embedding,
        layers=[_layer(reader, f"model.layers.{index}", shape, make) for index in range(shape.layers)],
        norm=reader.get("model.norm.weight").float(),
        head=make(embedding if tied else reader.get("lm_head.weight"), None),
    )


def _layer(reader: TensorReader, prefix: str, shape: Shape, make: MakeLinear) -> Layer:
    def linear(*names: str) -> Linear:
        weights, biases = [], []
        for name in names:
            weight, bias = reader.get(f"{prefix}.{name}.weight"), reader.find(f"{prefix}.{name}.bias")
            if name.endswith(("q_proj", "k_proj")):
                weight = interleaved(weight, shape.head_size)
                bias = interleaved(bias, shape.head_size) if bias is not None else None
            weights.append(weight)
            biases.append(bias if bias is not None else weight.new_zeros(len(weight)))
        has_bias = any(reader.find(f"{prefix}.{name}.bias") is not None for name in names)
        return make(torch.cat(weights), torch.cat(biases) if has_bias else None)

    return Layer(
        attention_norm=reader.get(f"{prefix}.input_layernorm.weight").float(),
        attention_in=linear("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        query_key_norm=_query_key_norm(reader, prefix, shape),
        attention_out=linear("self_attn.o_proj"),
        mlp_norm=reader.get(f"{prefix}.post_attention_layernorm.weight").float(),
        mlp_in=linear("mlp.gate_proj", "mlp.up_proj"),
        mlp_out=linear("mlp.down_proj"),
    )


def _query_key_norm(reader: TensorReader, prefix: str, shape: Shape) -> Tensor | None:
    query, key = (reader.find(f"{prefix}.self_attn.{name}_norm.weight") for name in "qk")
    if query is None or key is None:
        return None
    query, key = (interleaved(norm.float(), shape.head_size) for norm in (query, key))
    return torch.cat([query.expand(shape.heads, -1), key.expand(shape.kv_heads, -1)])
