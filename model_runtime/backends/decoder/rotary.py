"""Cosines and sines of rotary positions (Su et al., RoFormer, 2021)."""

from typing import Any

import numpy as np
import torch


def rotations(config: Any, positions: int) -> np.ndarray:
    """float32 [2, positions, head_size / 2]: cosines, then sines, as transformers has them."""
    frequencies, scaling = _frequencies(config)
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), frequencies.float())
    both: np.ndarray = (torch.stack([angles.cos(), angles.sin()]) * float(scaling)).numpy()
    return both


def _frequencies(config: Any) -> tuple[torch.Tensor, float]:
    """And what to multiply cosines and sines with. Not from transformers' layers, whose import takes 90 MB."""
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    rope = config.rope_parameters
    if rope["rope_type"] != "default":
        found: tuple[torch.Tensor, float] = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config)
        return found
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return 1.0 / (rope["rope_theta"] ** (torch.arange(0, size, 2, dtype=torch.float32) / size)), 1.0
