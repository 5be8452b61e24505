"""Judges preprocessor_config.json: every image must come out in one known size."""

import math
from dataclasses import dataclass
from typing import Any

from model_runtime.loading.judging.config_keys import words
from model_runtime.loading.judging.errors import ModelRefused

SMALLEST, LARGEST = 16, 1024
"""Pixels of a side that an image may be brought to."""

_FILE = "preprocessor_config.json"
_VIT, _CONVNEXT, _MOBILENET = "ViTImageProcessor", "ConvNextImageProcessor", "MobileNetV2ImageProcessor"
_OF_MODEL = {
    "convnext": _CONVNEXT,
    "mobilenet_v2": _MOBILENET,
    "resnet": _CONVNEXT,
    "swin": _VIT,
    "vit": _VIT,
}
_FIXED_SIZE = frozenset({"swin", "vit"})
# What steers the pixels; each of them is judged below and passed on.
_SWITCHES = ("do_resize", "do_rescale", "do_normalize", "do_center_crop", "do_convert_rgb")
_NUMBERS = {"rescale_factor": (1e-6, 1.0), "crop_pct": (0.1, 1.0)}
_CHANNELS = ("image_mean", "image_std")
# Written by transformers, of no effect here.
_IGNORED = words(
    """
    image_processor_type feature_extractor_type processor_class _processor_class _valid_processor_keys
    default_to_square do_reduce_labels do_pad pad_size data_format input_data_format return_tensors device
    disable_grouping
    """
)
_KNOWN = _IGNORED | {*_SWITCHES, *_NUMBERS, *_CHANNELS, "size", "crop_size", "resample"}


@dataclass(frozen=True)
class Preprocessor:
    """How images are prepared: transformers' class (without its "Pil"), its arguments, and what comes out."""

    name: str
    arguments: dict[str, Any]
    height: int
    width: int


def read_preprocessor(config: dict[str, Any], settings: dict[str, Any]) -> Preprocessor:
    """The preprocessor of a checked config from the folder's settings. Raises ModelRefused naming the key."""
    unknown = sorted(set(settings) - _KNOWN)
    if unknown:
        raise ModelRefused(f"{_FILE}: the key {unknown[0][:80]!r} is not known.")
    name = _name(config, settings)
    arguments = {key: value for key, value in settings.items() if key not in _IGNORED and value is not None}
    check_values(arguments)
    if arguments.get("do_resize") is False:
        raise ModelRefused(f"{_FILE}: do_resize must be true, because images come in all sizes.")
    height, width = _outcome(name, arguments)
    expected = config.get("image_size", 224)
    if config["model_type"] in _FIXED_SIZE and (height, width) != (expected, expected):
        raise ModelRefused(
            f"{_FILE} makes images of {height} × {width} pixels, the model reads {expected} × {expected}; "
            "make size and image_size the same."
        )
    return Preprocessor(name, arguments, height, width)


def _name(config: dict[str, Any], settings: dict[str, Any]) -> str:
    own = _OF_MODEL[config["model_type"]]
    named = settings.get("image_processor_type") or settings.get("feature_extractor_type") or own
    names = {known for base in (_VIT, _CONVNEXT, _MOBILENET) for known in (base, base + "Fast", base + "Pil")}
    plain = str(named).replace("FeatureExtractor", "ImageProcessor")
    if plain not in names:
        raise ModelRefused(f"{_FILE}: the processor {str(named)[:80]!r} is not supported; {own} is.")
    return plain.removesuffix("Fast").removesuffix("Pil")


def check_values(arguments: dict[str, Any]) -> None:
    """Judge the switches and numbers that every processor has. Raises ModelRefused naming the key."""
    for key in _SWITCHES:
        if not isinstance(arguments.get(key, False), bool):
            raise ModelRefused(f"{_FILE}: {key} must be true or false.")
    for key, (least, most) in _NUMBERS.items():
        if key in arguments and not (_is_number(arguments[key]) and least <= arguments[key] <= most):
            raise ModelRefused(f"{_FILE}: {key} must be a number from {least} to {most}.")
    for key in _CHANNELS:
        values = arguments.get(key, [0.5] * 3)
        if not (isinstance(values, list) and len(values) == 3 and all(map(_is_number, values))):
            raise ModelRefused(f"{_FILE}: {key} must be three numbers.")
    if not all(0 < value < 1e6 for value in arguments.get("image_std", [1])):
        raise ModelRefused(f"{_FILE}: image_std must be above 0.")
    resample = arguments.get("resample", 2)
    if type(resample) is not int or not 0 <= resample <= 5:
        raise ModelRefused(f"{_FILE}: resample must be a number from 0 to 5.")


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _outcome(name: str, arguments: dict[str, Any]) -> tuple[int, int]:
    """Height and width of every prepared image."""
    size = arguments.get("size", {_VIT: 224, _CONVNEXT: 384, _MOBILENET: 256}[name])
    if name == _CONVNEXT:
        edge = size.get("shortest_edge") if isinstance(size, dict) and len(size) == 1 else size
        return sides("size", edge)
    shorter_only = isinstance(size, dict) and set(size) == {"shortest_edge"}
    edge = size["shortest_edge"] if shorter_only else None
    if name == _MOBILENET and edge is None and not isinstance(size, dict):
        edge = size
    resized = sides("size", edge if edge is not None else size)
    if arguments.get("do_center_crop", name == _MOBILENET):
        return sides("crop_size", arguments.get("crop_size", 224))
    if edge is not None:
        raise ModelRefused(f"{_FILE}: size names only the shorter side, so do_center_crop must be true.")
    return resized


def sides(key: str, value: Any) -> tuple[int, int]:
    """Height and width that `value` of `key` gives. Raises ModelRefused when they are none or out of bounds."""
    found: tuple[Any, Any] = (
        (value.get("height"), value.get("width")) if isinstance(value, dict) else (value, value)
    )
    named = not isinstance(value, dict) or set(value) == {"height", "width"}
    if not (named and all(type(side) is int and SMALLEST <= side <= LARGEST for side in found)):
        raise ModelRefused(f"{_FILE}: {key} must give height and width, from {SMALLEST} to {LARGEST} pixels.")
    return found
