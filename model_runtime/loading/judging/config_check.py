"""Judges config.json and its side files: no key that makes a library fetch or run something."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.architectures import ARCHITECTURES, MODEL_TYPES, Architecture
from model_runtime.loading.judging.config_keys import (
    BOUNDS,
    KNOWN,
    LIST_BOUNDS,
    OBEYED,
    OTHER_NAMES,
    TEXT_SIZES,
    words,
)
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.multimodal_check import WHOLE, parts
from model_runtime.loading.judging.strict_json import read_object

SIDE_FILES = (
    "tokenizer_config.json",
    "generation_config.json",
    "special_tokens_map.json",
    "preprocessor_config.json",
    "processor_config.json",
    "adapter_config.json",
)
LIMIT = 4 * 1024 * 1024
# Written by transformers itself, read by nothing that acts on them.
_HARMLESS_PRIVATE = words(
    "_name_or_path _from_model_config _commit_hash _num_labels _processor_class _valid_processor_keys "
    "_pad_token_id _flash_attn_2_enabled _attn_implementation_autoset"
)


def check_config(folder: Path) -> tuple[dict[str, Any], Architecture]:
    """The config, if all in it is known and harmless, with every size under its common name too.

    A model that reads images has the sizes of its text model. Raises ModelRefused naming the key.
    """
    if not (folder / "config.json").is_file():
        raise ModelRefused("There is no config.json.")
    config = read_object(folder / "config.json", LIMIT)
    _check_keys("config.json", config)
    for name in SIDE_FILES:
        side = folder / name
        if side.is_file():
            _check_keys(name, read_object(side, LIMIT))
    architecture = _architecture(config)
    for key in {"quantization_config", "compression_config"}.intersection(config):
        raise ModelRefused(
            f"config.json: {key}: already quantized weights (GPTQ, AWQ, FP8 …) are not supported; "
            "give the original weights."
        )
    unknown = sorted(set(config) - (KNOWN | WHOLE if architecture.reads_images else KNOWN))
    if unknown:
        raise ModelRefused(f"config.json: the key {unknown[0][:80]!r} is not known.")
    _check_obeyed(config)
    if architecture.reads_images:
        text, vision = parts(config)
        _check_obeyed(text)
        _check_bounds(vision, required=())
        config |= text | {"architectures": config["architectures"], "model_type": config["model_type"]}
    config = _with_common_names(config)
    _check_bounds(config, required=() if architecture.kind == "image_classifier" else TEXT_SIZES)
    return config, architecture


def _check_keys(file: str, value: Any) -> None:
    # The names of classes are data: "_other" or "custom_tag" may well be one.
    labels = {"id2label", "label2id"} if file == "config.json" else set()
    for key in _keys({key: inner for key, inner in value.items() if key not in labels}):
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


def _architecture(config: dict[str, Any]) -> Architecture:
    model_type = config.get("model_type")
    if not isinstance(model_type, str) or model_type not in MODEL_TYPES:
        known = ", ".join(sorted(MODEL_TYPES))
        raise ModelRefused(f"The model type {str(model_type)[:40]!r} is not supported; supported are {known}.")
    fitting = [name for name, known in ARCHITECTURES.items() if known.model_type == model_type]
    named = config.get("architectures")
    if not isinstance(named, list) or len(named) != 1 or named[0] not in fitting:
        raise ModelRefused(
            f"config.json: architectures must be one of {', '.join(fitting)} for {model_type}, "
            f"and is {str(named)[:80]}."
        )
    return ARCHITECTURES[named[0]]


def _check_obeyed(config: dict[str, Any]) -> None:
    """Refuse what the code of this model type would pass over; rotary embeddings have settings of their own."""
    rotary = [config[name] for name in ("rope_parameters", "rope_scaling") if isinstance(config.get(name), dict)]
    for key, (neutral, types) in OBEYED.items():
        for value in (part.get(key) for part in (config, *rotary)):
            if value and value not in neutral and config["model_type"] not in types:
                wanted = f"off, or {' or '.join(map(str, neutral))}" if neutral else "off"
                raise ModelRefused(
                    f"config.json: {key} must be {wanted}: {config['model_type']} does not compute it here."
                )


def _with_common_names(config: dict[str, Any]) -> dict[str, Any]:
    common: dict[str, Any] = {}
    for name, own in OTHER_NAMES.get(config["model_type"], {}).items():
        if name in config and config.get(own) != config[name]:
            raise ModelRefused(f"config.json: {name} and {own} disagree; keep {own} only.")
        common[name] = config.get(own)
    return config | common


def _check_bounds(config: dict[str, Any], *, required: tuple[str, ...]) -> None:
    for key, largest in BOUNDS.items():
        value = config.get(key)
        if value is None and key not in required:
            continue
        if type(value) is not int or not 1 <= value <= largest:
            raise ModelRefused(f"config.json: {key} must be a number from 1 to {largest}.")
    for key, largest in LIST_BOUNDS.items():
        value = config.get(key)
        if value is None:
            continue
        proper = isinstance(value, list) and 1 <= len(value) <= 16
        if not proper or not all(type(item) is int and 1 <= item <= largest for item in value):
            raise ModelRefused(f"config.json: {key} must be a list of numbers from 1 to {largest}.")
