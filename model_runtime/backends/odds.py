"""What both ways of choosing a token (`sampling` with torch, `decoder.choosing` without) go by."""

from model_runtime.backends.base import Choice

COLDEST = 1e-5
"""Below this temperature the likeliest token is taken: dividing by less leaves the range of float32."""
NUCLEUS = 512
"""Likeliest tokens looked at first when a nucleus is asked for; it rarely is wider."""


def changes_odds(choice: Choice, likeliest: int | None = None) -> bool:
    """Whether anything but the model's own logits decides. A ban of other tokens than the likeliest does not, where
    that is what would be taken."""
    banned = bool(choice.banned) if likeliest is None else likeliest in choice.banned
    return bool(choice.constraint or banned or choice.sampling.logit_bias or choice.counts or choice.prompt)
