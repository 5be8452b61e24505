"""BERT's encoder as it is trained: the packaged embedders, with factors beside their layers."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import dropout, gelu, normalize, scaled_dot_product_attention
from transformers import BertModel

ALIGNED = 8  # a length that a GPU's kernels like

Ids = list[int]


def stacked(rows: Sequence[Ids]) -> dict[str, Tensor]:
    """One batch, padded on the right."""
    longest = -(-max(map(len, rows)) // ALIGNED) * ALIGNED
    lengths = torch.tensor([len(ids) for ids in rows])
    return {
        "input_ids": torch.tensor([ids + [0] * (longest - len(ids)) for ids in rows]),
        "attention_mask": (torch.arange(longest) < lengths[:, None]).long(),
    }


def embeddings(bert: BertModel, fed: dict[str, Tensor], dropped: float = 0.0) -> Tensor:
    """[texts, width] of length 1: the means of all tokens."""
    hidden = encoded(bert, fed, dropped).float()
    there = fed["attention_mask"][..., None]
    return normalize((hidden * there).sum(1) / there.sum(1), dim=-1)


def encoded(bert: BertModel, fed: dict[str, Tensor], dropped: float, *, whole: bool = True) -> Tensor:
    """[texts, tokens, width]; without `whole` the last layer is computed for the first token only. `dropped` is the
    share of what each layer adds that is left out.
    """
    mask = fed["attention_mask"][:, None, None, :].bool()
    hidden = bert.embeddings(fed["input_ids"], fed.get("token_type_ids"))
    *layers, last = bert.encoder.layer
    for layer in layers:
        hidden = _layer(bert, layer, hidden, hidden, mask, dropped)
    return _layer(bert, last, hidden if whole else hidden[:, :1], hidden, mask, dropped)


def _layer(bert: BertModel, layer: Any, asking: Tensor, hidden: Tensor, mask: Tensor, dropped: float) -> Tensor:
    """`asking` may be fewer tokens than `hidden`, from which they read."""
    attention = layer.attention.self
    heads = bert.config.num_attention_heads
    query, key, value = (
        part(x).unflatten(-1, (heads, -1)).transpose(1, 2)
        for part, x in ((attention.query, asking), (attention.key, hidden), (attention.value, hidden))
    )
    read = _attention(query, key, value, mask).transpose(1, 2).flatten(2)
    out = layer.attention.output
    asking = out.LayerNorm(asking + _dropped(out.dense(read), dropped))
    inner = gelu(layer.intermediate.dense(asking))
    return layer.output.LayerNorm(asking + _dropped(layer.output.dense(inner), dropped))


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    if query.is_cuda:
        return scaled_dot_product_attention(query, key, value, attn_mask=mask)
    # Flash attention's backward pass takes four times as long on a CPU.
    weights = query @ key.transpose(-1, -2) * key.shape[-1] ** -0.5
    return torch.softmax(weights.masked_fill(~mask, -1e4), -1) @ value


def _dropped(x: Tensor, share: float) -> Tensor:
    return dropout(x, share) if share and x.requires_grad else x  # a layer that is not trained stays whole
