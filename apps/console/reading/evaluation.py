"""An evaluation's figures in words, and its answers, filtered."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.chat.evaluation.selectors import is_right
from apps.chat.models import EvaluationResult, EvaluationRun, Outcome

# In the order in which they are read; the second part tells how the value is written.
_FIGURES = {
    "answer_contains_gold": (_("Right answers"), "share"),
    "recall_at_1": (_("Right place found first"), "share"),
    "recall_at_5": (_("Among the first five"), "share"),
    "declined": (_("Answerable, but declined"), "share"),
    "declined_offtopic": (_("Off topic, declined"), "share"),
    "smalltalk_offtopic": (_("Of these met as small talk or asked back"), "share"),
    "errors": (_("Failed"), "count"),
    "retrieval": (_("Search, median"), "time"),
    "first_token": (_("First token, median"), "time"),
    "answer": (_("Whole answer, median"), "time"),
}
SHOWS = {"wrong": _("Not right"), "declined": _("Declined"), "failed": _("Failed")}


def figures(metrics: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """(label, kind, value) of what was measured."""
    values = {**metrics, **metrics.get("median_ms", {})}
    return [
        (str(label), kind, values[name]) for name, (label, kind) in _FIGURES.items() if values.get(name) is not None
    ]


def figures_of_two(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, str, Any, Any, Any]]:
    """(label, kind, value, other value, difference); the difference is None where either is missing."""
    both = [{**metrics, **metrics.get("median_ms", {})} for metrics in (one, other)]
    found = []
    for name, (label, kind) in _FIGURES.items():
        a, b = (values.get(name) for values in both)
        if a is not None or b is not None:
            found.append((str(label), kind, a, b, b - a if a is not None and b is not None else None))
    return found


def results(run: EvaluationRun, show: str) -> list[tuple[EvaluationResult, bool]]:
    """What was asked so far, in order, with whether it is right; `show` is one of `SHOWS` or empty for all."""
    rows = run.results.exclude(asked_at=None)
    if show == "failed":
        rows = rows.exclude(error="")
    elif show == "declined":
        rows = rows.filter(outcome=Outcome.DECLINED)
    judged = [(row, is_right(row)) for row in rows]
    return [(row, good) for row, good in judged if not (show == "wrong" and good)]
