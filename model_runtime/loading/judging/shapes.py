"""Config and weight headers must speak of the same model."""

import re
from typing import Any

from model_runtime.loading.judging.architectures import Architecture
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.labels import Labels
from model_runtime.loading.judging.safetensors_header import Tensor

LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)\.")
_EMBEDDING = re.compile(r"(?:^|\.)(?:embed_tokens|word_embeddings|tok_embeddings)\.weight$")
_VISION = re.compile(r"(?:^|\.)vision_(?:tower|model)\.")
# RoBERTa counts positions from the number after its padding token's.
_POSITIONS_AFTER_PADDING = frozenset({"roberta", "xlm-roberta"})


def check_shapes(
    config: dict[str, Any], architecture: Architecture, labels: Labels | None, tensors: list[Tensor]
) -> None:
    """Vocabulary, layers and classes; `dry_load` compares every tensor. Raises ModelRefused."""
    if architecture.kind != "image_classifier":
        _check_text(config, tensors)
    if labels is not None:
        head = next((tensor for tensor in tensors if tensor.name == architecture.head), None)
        if head is None:
            raise ModelRefused(f"The weights have no {architecture.head}, so they cannot classify.")
        told, named = head.shape[0] if head.shape else 0, len(labels.names)
        if told != named:
            raise ModelRefused(
                f"The weights tell {told} classes apart, the config names {named}; correct id2label in config.json."
            )


def _check_text(config: dict[str, Any], tensors: list[Tensor]) -> None:
    tensors = [tensor for tensor in tensors if not _VISION.search(tensor.name)]
    embeddings = [tensor for tensor in tensors if _EMBEDDING.search(tensor.name)]
    expected = (config["vocab_size"], config["hidden_size"])
    if not embeddings or embeddings[0].shape != expected:
        found = embeddings[0].shape if embeddings else "none"
        raise ModelRefused(f"The embedding must be {expected} by the config, the weights have {found}.")
    layers = {int(match[1]) for tensor in tensors if (match := LAYER.search(tensor.name))}
    if layers != set(range(config["num_hidden_layers"])):
        raise ModelRefused(
            f"The config speaks of {config['num_hidden_layers']} layers, the weights have {len(layers)}."
        )


def window(config: dict[str, Any]) -> int:
    """Tokens that a text model reads at most."""
    positions = int(config.get("max_position_embeddings") or 2048)
    if config["model_type"] in _POSITIONS_AFTER_PADDING:
        positions -= int(config.get("pad_token_id", 1)) + 1
    return positions
