"""Attention masks for rows of different lengths, also for layers that look back over a window only."""

from typing import Any

import torch


class MaskMaker:
    """Knows from a model's config which layers see everything and which only a window."""

    def __init__(self, config: Any) -> None:
        kinds = set(getattr(config, "layer_types", None) or ())
        window = getattr(config, "sliding_window", None)
        self._window: int | None = window if window and (not kinds or "sliding_attention" in kinds) else None
        self._by_kind = len(kinds) > 1

    def make(self, positions: torch.Tensor, reach: int) -> torch.Tensor | dict[str, torch.Tensor]:
        """A boolean mask [rows, 1, tokens, reach] for queries at `positions` ([rows, tokens])."""
        keys = torch.arange(reach, device=positions.device)
        causal = keys <= positions[:, None, :, None]
        if self._window is None:
            return causal
        windowed = causal & (keys > positions[:, None, :, None] - self._window)
        return {"full_attention": causal, "sliding_attention": windowed} if self._by_kind else windowed
