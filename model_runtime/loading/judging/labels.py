"""A classifier's classes, from its config."""

from dataclasses import dataclass
from typing import Any

from model_runtime.loading.judging.errors import ModelRefused

MAX_LABELS = 30_000
"""More than ImageNet-21k has."""
MAX_LENGTH = 500

PROBLEMS = (None, "single_label_classification", "multi_label_classification")


@dataclass(frozen=True)
class Labels:
    """The classes in the order of the model's outputs; `several` if more than one of them may hold at once."""

    names: tuple[str, ...]
    several: bool


def read_labels(config: dict[str, Any]) -> Labels:
    """A classifier's classes. Raises ModelRefused naming what is wrong with them."""
    _check_problem(config)
    names = _names(config)
    return Labels(names, several=len(names) == 1 or config.get("problem_type") == "multi_label_classification")


def _names(config: dict[str, Any]) -> tuple[str, ...]:
    named = config.get("id2label")
    if named is None:
        # transformers leaves its default out of the config: two classes without names of their own.
        return tuple(f"LABEL_{number}" for number in range(_count(config, 2)))
    if not isinstance(named, dict) or not named:
        raise ModelRefused("config.json: id2label must be an object that names every class by its number.")
    if len(named) > MAX_LABELS:
        raise ModelRefused(f"config.json: id2label has {len(named)} classes; at most {MAX_LABELS} are served.")
    if set(named) != {str(number) for number in range(len(named))}:
        raise ModelRefused(f"config.json: id2label must number its classes from 0 to {len(named) - 1}.")
    if _count(config, len(named)) != len(named):
        raise ModelRefused(f"config.json: num_labels and id2label disagree; id2label has {len(named)} classes.")
    if len(named) == 1 and config.get("problem_type") == "single_label_classification":
        raise ModelRefused("config.json: id2label has one class, so there is nothing to choose; name at least two.")
    labels = [named[str(number)] for number in range(len(named))]
    for number, label in enumerate(labels):
        if not isinstance(label, str) or not 1 <= len(label) <= MAX_LENGTH or not label.isprintable():
            raise ModelRefused(
                f"config.json: the name of class {number} must be 1 to {MAX_LENGTH} printable characters."
            )
    return _distinct(labels)


def _check_problem(config: dict[str, Any]) -> None:
    problem = config.get("problem_type")
    if problem == "regression":
        raise ModelRefused(
            "config.json: problem_type is regression, whose scores belong to no class and are not served; choose a "
            "model with single_label_classification or multi_label_classification."
        )
    if problem not in PROBLEMS:
        raise ModelRefused(
            "config.json: problem_type must be single_label_classification, or multi_label_classification."
        )


def _count(config: dict[str, Any], default: int) -> int:
    count = config.get("num_labels")
    if count is None:
        return default
    if type(count) is not int or not 1 <= count <= MAX_LABELS:
        raise ModelRefused(f"config.json: num_labels must be a number from 1 to {MAX_LABELS}.")
    return count


def _distinct(labels: list[str]) -> tuple[str, ...]:
    """Labels that name one class each: ImageNet has two kinds of crane, which are told apart by their number."""
    seen: set[str] = set()
    distinct = []
    for number, label in enumerate(labels):
        name = label if label not in seen else f"{label} ({number})"
        if name in seen:
            raise ModelRefused(f"config.json: id2label names two classes {label[:80]!r}; name each only once.")
        seen.add(name)
        distinct.append(name)
    return tuple(distinct)
