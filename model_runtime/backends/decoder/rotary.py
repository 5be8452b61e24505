"""Rotary positions as one complex product (Su et al., RoFormer, 2021)."""

from typing import Any

import torch
from torch import Tensor

from model_runtime.backends.decoder.shape import Shape


def interleaved(weight: Tensor, head_size: int) -> Tensor:
    """Rows of a query or key projection ([heads * head_size, …]) so that the two numbers of a rotation adjoin.

    transformers rotates number i with number i + head_size / 2. A dot product of query and key does not change
    when both are reordered alike, so the order in which one complex product can rotate all pairs is as good.
    """
    halves = weight.view(-1, 2, head_size // 2, *weight.shape[1:])
    return halves.transpose(1, 2).reshape(weight.shape)


def rotations(config: Any, shape: Shape, positions: int) -> Tensor:
    """Complex factors [positions, heads + kv_heads, head_size / 2]; those of queries carry attention's scale."""
    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

    rotary = LlamaRotaryEmbedding(config)
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), rotary.inv_freq.float())
    factors = torch.polar(torch.full_like(angles, float(rotary.attention_scaling)), angles)
    both = factors[:, None, :].repeat(1, 2, 1)
    both[:, 0] *= shape.head_size**-0.5
    return both
