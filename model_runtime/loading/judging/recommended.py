"""What generation_config.json recommends: the sampling, within the bounds that a request has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model_runtime.bounds import REPETITION_PENALTY, TEMPERATURE, TOP_K, TOP_P
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.strict_json import read_object

FILE = "generation_config.json"
LIMIT = 4 * 1024 * 1024


def read_recommended(folder: Path) -> dict[str, Any]:
    """All that the file says and that is not null; empty without a file. Raises ModelRefused."""
    side = folder / FILE
    if not side.is_file():
        return {}
    return {key: value for key, value in read_object(side, LIMIT).items() if value is not None}


def sampling_of(recommended: Mapping[str, Any]) -> dict[str, float]:
    """The recommended temperature, top_p, top_k and repetition_penalty, where given. Raises ModelRefused."""
    for key, (least, most) in (("temperature", TEMPERATURE), ("top_k", TOP_K)):
        value = recommended.get(key, least)
        if not _number(value) or not least <= value <= most or (key == "top_k" and value != int(value)):
            raise ModelRefused(f"{FILE}: {key} must be a number from {least:g} to {most:.0f}.")
    for key, (least, most) in (("top_p", TOP_P), ("repetition_penalty", REPETITION_PENALTY)):
        value = recommended.get(key, most)
        if not _number(value) or not least < value <= most:
            raise ModelRefused(f"{FILE}: {key} must be a number above {least:g}, at most {most:g}.")
    names = ("temperature", "top_p", "top_k", "repetition_penalty")
    return {name: float(recommended[name]) for name in names if name in recommended}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
