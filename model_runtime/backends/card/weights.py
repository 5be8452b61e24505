"""A checked folder's weights on the card, made one layer at a time."""

from dataclasses import dataclass

import torch
from torch import Tensor

from model_runtime.backends.card.product import KINDS, Product
from model_runtime.backends.decoder.shape import Shape
from model_runtime.loading.tensors import Table, TensorReader
from model_runtime.quantizations import Quantization


@dataclass(frozen=True)
class Layer:
    """Norms are float32."""

    attention_norm: Tensor
    attention_in: Product
    """Queries, keys and values side by side."""
    norms: Tensor | None
    """[2, head_size]: for queries and for keys, where a model has them."""
    attention_out: Product
    mlp_norm: Tensor
    mlp_in: Product
    """Gate and up side by side."""
    mlp_out: Product


@dataclass(frozen=True)
class Weights:
    """All of a decoder."""

    embedding: Tensor
    layers: tuple[Layer, ...]
    norm: Tensor
    head: Tensor

    @property
    def nbytes(self) -> int:
        """Memory they take, norms left out."""
        products = (
            product.nbytes
            for layer in self.layers
            for product in (layer.attention_in, layer.attention_out, layer.mlp_in, layer.mlp_out)
        )
        tables = {id(table): table.nbytes for table in (self.embedding, self.head)}
        return sum(products) + sum(tables.values())


def read_weights(
    reader: TensorReader,
    shape: Shape,
    *,
    quantization: Quantization,
    tied: bool,
    device: str,
    dtype: torch.dtype = torch.bfloat16,
) -> Weights:
    """The weights of a Llama, Mistral or Qwen checkpoint. Embeddings and the output layer are never quantized.

    Raises ModelRefused.
    """
    kind = KINDS[quantization]
    queries, keys = shape.heads * shape.head_size, shape.kv_heads * shape.head_size

    def norm(name: str, size: int) -> Tensor:
        return _tensor(reader.table(name, size)).to(device, torch.float32)

    def joined(prefix: str, parts: dict[str, int], inputs: int) -> Product:
        weights, biases = [], []
        for name, outputs in parts.items():
            weights.append(_tensor(reader.table(f"{prefix}.{name}.weight", outputs, inputs)).to(device, dtype))
            own = reader.find(f"{prefix}.{name}.bias", outputs)
            biases.append(None if own is None else torch.tensor(own).to(device, dtype))
        some = any(bias is not None for bias in biases)
        bias = (
            torch.cat(
                [
                    torch.zeros(len(weight), device=device, dtype=dtype) if bias is None else bias
                    for weight, bias in zip(weights, biases, strict=True)
                ]
            )
            if some
            else None
        )
        return kind(torch.cat(weights) if len(weights) > 1 else weights[0], bias)

    def layer(prefix: str) -> Layer:
        attention = f"{prefix}.self_attn"
        normed = reader.find(f"{attention}.q_norm.weight", shape.head_size) is not None
        return Layer(
            attention_norm=norm(f"{prefix}.input_layernorm.weight", shape.hidden),
            attention_in=joined(attention, {"q_proj": queries, "k_proj": keys, "v_proj": keys}, shape.hidden),
            norms=torch.stack([norm(f"{attention}.{one}_norm.weight", shape.head_size) for one in "qk"])
            if normed
            else None,
            attention_out=joined(attention, {"o_proj": shape.hidden}, queries),
            mlp_norm=norm(f"{prefix}.post_attention_layernorm.weight", shape.hidden),
            mlp_in=joined(
                f"{prefix}.mlp", {"gate_proj": shape.intermediate, "up_proj": shape.intermediate}, shape.hidden
            ),
            mlp_out=joined(f"{prefix}.mlp", {"down_proj": shape.hidden}, shape.intermediate),
        )

    table = (shape.vocabulary, shape.hidden)
    embedding = _tensor(reader.table("model.embed_tokens.weight", *table)).to(device, dtype)
    return Weights(
        embedding=embedding,
        layers=tuple(layer(f"model.layers.{number}") for number in range(shape.layers)),
        norm=norm("model.norm.weight", shape.hidden),
        head=embedding if tied else _tensor(reader.table("lm_head.weight", *table)).to(device, dtype),
    )


def _tensor(table: Table) -> Tensor:
    stored = torch.tensor(table.stored)
    return stored.view(torch.bfloat16) if table.bfloat16 else stored
