"""Cosines and sines of rotary positions (Su et al., RoFormer, 2021)."""

from typing import Any

import numpy as np


def rotations(config: Any, positions: int) -> np.ndarray:
    """float32 [2, positions, head_size / 2]: cosines, then sines, as transformers has them."""
    frequencies, scaling = _frequencies(config)
    angles = np.outer(np.arange(positions, dtype=np.float32), frequencies).astype(np.float64)
    return (np.stack([np.cos(angles), np.sin(angles)]) * scaling).astype(np.float32)


def _frequencies(config: Any) -> tuple[np.ndarray, float]:
    """float32 [head_size / 2], and what to multiply cosines and sines with. Only what is stretched is looked up in
    transformers, which imports torch."""
    rope = config.rope_parameters
    if rope["rope_type"] == "default":
        size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        exponents = np.arange(0, size, 2, dtype=np.float32) / np.float32(size)
        return np.float32(1) / np.float32(rope["rope_theta"]) ** exponents, 1.0
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    frequencies, scaling = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config)
    return frequencies.float().numpy(), float(scaling)
