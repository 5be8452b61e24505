"""How a sentence model's folder wants its vectors made, from sentence-transformers' side files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.strict_json import parse, read_object

_LIMIT = 64 * 1024
_FIRST, _MEAN = "cls", "mean"
# The older way to say it: a switch for each mode.
_SWITCHES = {"pooling_mode_cls_token": _FIRST, "pooling_mode_mean_tokens": _MEAN}
_STEPS = frozenset({"Transformer", "Pooling", "Normalize"})


@dataclass(frozen=True)
class SentencePooling:
    """Vectors are the first token's state or the mean of all; texts are cut to `window` tokens."""

    first_token: bool
    window: int


def read_pooling(folder: Path, window: int) -> SentencePooling:
    """The pooling of a model that reads `window` tokens; the mean where nothing is said. Raises ModelRefused."""
    _check_steps(folder / "modules.json")
    return SentencePooling(_mode(folder) == _FIRST, _trained_window(folder, window))


def _check_steps(modules: Path) -> None:
    if not modules.is_file():
        return
    steps = parse(modules.read_bytes()[:_LIMIT], modules.name)
    named = (
        [str(step.get("type")) for step in steps if isinstance(step, dict)] if isinstance(steps, list) else ["?"]
    )
    unknown = [name for name in named if name.rpartition(".")[2] not in _STEPS]
    if unknown:
        raise ModelRefused(
            f"modules.json: the step {unknown[0][:80]!r} is not supported; its vectors would be wrong."
        )


def _mode(folder: Path) -> str:
    side = folder / "1_Pooling" / "config.json"
    if not side.is_file():
        return _MEAN
    config = read_object(side, _LIMIT)
    switches = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    modes = [_SWITCHES.get(key, key) for key in switches] or [config.get("pooling_mode", _MEAN)]
    if modes not in ([_FIRST], [_MEAN]):
        raise ModelRefused(
            f"1_Pooling/config.json: the pooling {str(modes)[:80]} is not supported; mean and cls are."
        )
    return str(modes[0])


def _trained_window(folder: Path, window: int) -> int:
    side = folder / "sentence_bert_config.json"
    length: Any = read_object(side, _LIMIT).get("max_seq_length") if side.is_file() else None
    if length is None:
        return window
    if type(length) is not int or length < 8:
        raise ModelRefused("sentence_bert_config.json: max_seq_length must be a number of tokens, at least 8.")
    return min(length, window)
