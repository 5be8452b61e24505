"""Which models the lean encoder computes, and their sizes."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Shape(NamedTuple):
    """Sizes of an encoder."""

    layers: int
    hidden: int
    intermediate: int
    heads: int
    head_size: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Shape":
        """The sizes in a folder's config."""
        return cls(
            layers=config["num_hidden_layers"],
            hidden=config["hidden_size"],
            intermediate=config["intermediate_size"],
            heads=config["num_attention_heads"],
            head_size=config["hidden_size"] // config["num_attention_heads"],
            epsilon=float(config.get("layer_norm_eps", 1e-12)),
        )


_SIZES = frozenset({"intermediate_size", "max_position_embeddings", "type_vocab_size"})
"""Beside those that every config names; transformers knows what is meant where one is missing."""


def supports(config: Mapping[str, Any]) -> bool:
    """Whether the lean encoder computes exactly what transformers would for this config, which has been checked."""
    return (
        config["model_type"] == "bert"
        and config.get("hidden_act", "gelu") == "gelu"
        and not config.get("is_decoder")
        and not config.get("add_cross_attention")
        and config["hidden_size"] % config["num_attention_heads"] == 0
        and all(type(config.get(name)) is int for name in _SIZES)
        and type(config.get("layer_norm_eps", 1e-12)) in {int, float}
    )
