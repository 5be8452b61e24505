"""Judges config.json and its side files: no key that makes a library fetch or run something."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model_runtime.loading.config_keys import BOUNDS, CAUSAL, ENCODERS, KNOWN
from model_runtime.loading.errors import ModelRefused
from model_runtime.loading.strict_json import read_object

SIDE_FILES = (
    "tokenizer_config.json",
    "generation_config.json",
    "special_tokens_map.json",
    "preprocessor_config.json",
    "processor_config.json",
    "adapter_config.json",
    "modules.json",
)
_LIMIT = 4 * 1024 * 1024
# Written by transformers itself, read by nothing that acts on them.
_HARMLESS_PRIVATE = frozenset({"_name_or_path", "_from_model_config", "_commit_hash"})


def check_config(folder: Path) -> dict[str, Any]:
    """The config, if all in it is known and harmless. Raises ModelRefused naming the key."""
    if not (folder / "config.json").is_file():
        raise ModelRefused("There is no config.json.")
    config = read_object(folder / "config.json", _LIMIT)
    _check_keys("config.json", config)
    for name in SIDE_FILES:
        side = folder / name
        if side.is_file() and name != "modules.json":
            _check_keys(name, read_object(side, _LIMIT))
    unknown = sorted(set(config) - KNOWN)
    if unknown:
        raise ModelRefused(f"config.json: the key {unknown[0][:80]!r} is not known.")
    _check_architecture(config)
    _check_bounds(config)
    return config


def is_causal(config: dict[str, Any]) -> bool:
    """Whether the model writes text (else it makes embeddings)."""
    return config["model_type"] in CAUSAL


def _check_keys(file: str, value: Any) -> None:
    for key in _keys(value):
        private = key.startswith("_") and key not in _HARMLESS_PRIVATE
        if private or key in ("auto_map", "trust_remote_code") or key.startswith("custom_"):
            raise ModelRefused(f"{file}: the key {key[:80]!r} could make a library run foreign code.")


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _check_architecture(config: dict[str, Any]) -> None:
    model_type = config.get("model_type")
    expected = (CAUSAL | ENCODERS).get(model_type) if isinstance(model_type, str) else None
    if expected is None:
        known = ", ".join(sorted(CAUSAL | ENCODERS))
        raise ModelRefused(f"The model type {str(model_type)[:40]!r} is not supported; supported are {known}.")
    if config.get("architectures") != [expected]:
        raise ModelRefused(f"config.json: architectures must be [{expected!r}] for {model_type}.")


def _check_bounds(config: dict[str, Any]) -> None:
    for key, largest in BOUNDS.items():
        value = config.get(key)
        required = key in ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
        if value is None and not required:
            continue
        if type(value) is not int or not 1 <= value <= largest:
            raise ModelRefused(f"config.json: {key} must be a number from 1 to {largest}.")
