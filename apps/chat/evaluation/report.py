"""From single results to the figures that versions and settings are compared by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ..models import Outcome
from .cases import Case

RANKS = (1, 3, 5)


@dataclass
class Result:
    """What came of one case. `found_at` is the rank of the first passage with the answer, None when none has it.

    `error` is the code of what ended the answer early; its outcome is empty then.
    """

    case: Case
    text: str = ""
    outcome: str = ""
    confidence: float = 0.0
    retrieval_confidence: float = 0.0
    found_at: int | None = None
    correct: bool = False
    error: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)


def report(results: Sequence[Result]) -> dict[str, Any]:
    """Shares are of the questions that have an answer, except `declined_offtopic`: of those that have none."""
    known = [result for result in results if result.case.answers]
    offtopic = [result for result in results if not result.case.answers]
    return {
        "questions": len(known),
        **{f"recall_at_{k}": _share(r.found_at is not None and r.found_at <= k for r in known) for k in RANKS},
        "answer_contains_gold": _share(result.correct for result in known),
        "declined": _share(result.outcome == Outcome.DECLINED for result in known),
        "offtopic_questions": len(offtopic),
        "declined_offtopic": _share(result.outcome not in {Outcome.ANSWERED, ""} for result in offtopic),
        "errors": sum(bool(result.error) for result in results),
        "median_ms": {
            "retrieval": _median(result.timings_ms.get("search") for result in results),
            "first_token": _median(result.timings_ms.get("first_token") for result in results),
            "answer": _median(result.timings_ms.get("answer") for result in results),
        },
    }


def report_text(data: dict[str, Any]) -> str:
    """The report for people."""
    hidden = {"median_ms", "results"} | (set() if data["errors"] else {"errors"})
    lines = [f"{name:<22} {_shown(value)}" for name, value in data.items() if name not in hidden]
    times = ", ".join(f"{name.replace('_', ' ')} {_shown(value)} ms" for name, value in data["median_ms"].items())
    return "\n".join([*lines, f"{'median':<22} {times}"])


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) and value <= 1 else str(value)


def _share(hits: Iterable[bool]) -> float | None:
    all_hits = list(hits)
    return round(sum(all_hits) / len(all_hits), 4) if all_hits else None


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 1) if known else None
