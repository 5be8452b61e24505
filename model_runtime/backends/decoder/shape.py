"""Which models the lean decoder computes, and their sizes."""

from typing import Any, NamedTuple

from model_runtime.loading.judging.architectures import PLAIN_DECODERS

# Rotary embeddings whose frequencies do not change while a sequence grows.
_ROPE_TYPES = frozenset({"default", "linear", "llama3", "yarn"})


class Shape(NamedTuple):
    """Sizes of a decoder; `heads` queries share `kv_heads` keys and values of `head_size` numbers each."""

    vocabulary: int
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_size: int
    epsilon: float

    @classmethod
    def of(cls, config: Any) -> "Shape":
        """The sizes in a transformers config."""
        return cls(
            vocabulary=config.vocab_size,
            layers=config.num_hidden_layers,
            hidden=config.hidden_size,
            intermediate=config.intermediate_size,
            heads=config.num_attention_heads,
            kv_heads=config.num_key_value_heads,
            head_size=getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads,
            epsilon=config.rms_norm_eps,
        )


def supports(config: Any) -> bool:
    """Whether the lean decoder computes exactly what transformers would for this config."""
    layer_types = set(getattr(config, "layer_types", None) or ())
    window = getattr(config, "sliding_window", None) if getattr(config, "use_sliding_window", True) else None
    rope = getattr(config, "rope_parameters", None) or {}
    return (
        config.model_type in PLAIN_DECODERS
        and config.hidden_act == "silu"
        and layer_types <= {"full_attention"}
        and (window is None or window >= config.max_position_embeddings)
        and rope.get("rope_type", "default") in _ROPE_TYPES
        and Shape.of(config).head_size % 2 == 0
    )
