"""How much memory a model will take, from config and headers alone."""

import re
from typing import Any

from model_runtime.loading.errors import ModelRefused
from model_runtime.loading.safetensors_header import Tensor

_LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)\.")
_EMBEDDING = re.compile(r"(?:^|\.)(?:embed_tokens|word_embeddings)\.weight$")
FLOAT32 = 4
# Bytes a weight of a linear layer takes: int8 is one byte, nf4 half of one and a float32 scale for 64.
LINEAR_BYTES = {"none": 4.0, "int8": 1.0, "nf4": 0.5 + 4 / 64}


def check_shapes(config: dict[str, Any], tensors: list[Tensor]) -> None:
    """Config and headers must speak of the same model. Raises ModelRefused."""
    embeddings = [tensor for tensor in tensors if _EMBEDDING.search(tensor.name)]
    expected = (config["vocab_size"], config["hidden_size"])
    if not embeddings or embeddings[0].shape != expected:
        found = embeddings[0].shape if embeddings else "none"
        raise ModelRefused(f"The embedding must be {expected} by the config, the weights have {found}.")
    layers = {int(match[1]) for tensor in tensors if (match := _LAYER.search(tensor.name))}
    if layers != set(range(config["num_hidden_layers"])):
        raise ModelRefused(
            f"The config speaks of {config['num_hidden_layers']} layers, the weights have {len(layers)}."
        )


def estimate_bytes(config: dict[str, Any], tensors: list[Tensor]) -> dict[str, int]:
    """Bytes on a CPU for each quantization: weights, and the cache of one full conversation (4,096 tokens)."""
    linear = sum(tensor.elements for tensor in tensors if _is_linear(tensor))
    rest = sum(tensor.elements for tensor in tensors) - linear
    cache = _cache_bytes(config)
    return {name: int(linear * size + rest * FLOAT32) + cache for name, size in LINEAR_BYTES.items()}


def _is_linear(tensor: Tensor) -> bool:
    return len(tensor.shape) == 2 and bool(_LAYER.search(tensor.name))


def _cache_bytes(config: dict[str, Any]) -> int:
    heads = config.get("num_key_value_heads") or config["num_attention_heads"]
    size = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    positions = min(int(config.get("max_position_embeddings") or 2048), 4096)
    return int(2 * config["num_hidden_layers"] * heads * size * positions * FLOAT32)
