"""Cosines and sines of rotary positions (Su et al., RoFormer, 2021)."""

from typing import Any

import numpy as np
import torch


def rotations(config: Any, positions: int) -> np.ndarray:
    """float32 [2, positions, head_size / 2]: cosines, then sines, as transformers has them."""
    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

    rotary = LlamaRotaryEmbedding(config)
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), rotary.inv_freq.float())
    both: np.ndarray = (torch.stack([angles.cos(), angles.sin()]) * float(rotary.attention_scaling)).numpy()
    return both
