"""Which models the lean encoder computes, and their sizes."""

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
    def of(cls, config: Any) -> "Shape":
        """The sizes in a transformers config."""
        return cls(
            layers=config.num_hidden_layers,
            hidden=config.hidden_size,
            intermediate=config.intermediate_size,
            heads=config.num_attention_heads,
            head_size=config.hidden_size // config.num_attention_heads,
            epsilon=config.layer_norm_eps,
        )


def supports(config: Any) -> bool:
    """Whether the lean encoder computes exactly what transformers would for this config."""
    return (
        config.model_type == "bert"
        and config.hidden_act == "gelu"
        and not config.is_decoder
        and not config.add_cross_attention
    )
