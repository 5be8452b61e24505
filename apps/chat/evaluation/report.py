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
    """What came of one case. `sources` are what the text cites, as a message has them; `found_at` is the rank of
    the first passage with the answer, None when none has it.

    `error` is the code of what ended the answer early; its outcome is empty then.
    """

    case: Case
    text: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = ""
    confidence: float = 0.0
    retrieval_confidence: float = 0.0
    found_at: int | None = None
    correct: bool = False
    error: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)


def report(results: Sequence[Result]) -> dict[str, Any]:
    """Shares are of the questions that have an answer, but `declined_offtopic` of those off topic, and
    `declined_near` of the near misses. `smalltalk_offtopic` is the part of the first that was not said to have no
    answer, but met in kind or asked back.
    `answer_contains_gold` is of those whose wording is known; with groups, each has its own under `groups`.
    """
    known, offtopic, near = (
        [result for result in results if result.case.kind == kind] for kind in ("answerable", "offtopic", "near")
    )
    groups = sorted({result.case.group for result in results} - {""})
    data: dict[str, Any] = {
        "questions": len(known),
        **{f"recall_at_{k}": _share(r.found_at is not None and r.found_at <= k for r in known) for k in RANKS},
        "answer_contains_gold": _share(result.correct for result in known if result.case.answers),
        "declined": _share(result.outcome == Outcome.DECLINED for result in known),
        "offtopic_questions": len(offtopic),
        "declined_offtopic": _share(map(right, offtopic)),
        "smalltalk_offtopic": _share(result.outcome == Outcome.SMALLTALK for result in offtopic),
        "near_questions": len(near),
        "declined_near": _share(map(right, near)),
        "errors": sum(bool(result.error) for result in results),
        "median_ms": {
            "retrieval": _median(result.timings_ms.get("search") for result in results),
            "first_token": _median(result.timings_ms.get("first_token") for result in results),
            "answer": _median(result.timings_ms.get("answer") for result in results),
        },
    }
    if groups:
        data["groups"] = {name: _of_group([r for r in results if r.case.group == name]) for name in groups}
    return data


def right(result: Result) -> bool:
    """As it should be: the known wording, or else its passage or document first, or no answer at all."""
    if result.case.kind != "answerable":
        return result.outcome not in {Outcome.ANSWERED, ""}
    return result.correct if result.case.answers else result.found_at == 1


def _of_group(results: Sequence[Result]) -> dict[str, Any]:
    return {"questions": len(results), "right": _share(map(right, results))}


def report_text(data: dict[str, Any]) -> str:
    """The report for people."""
    hidden = {"median_ms", "results", "groups"} | (set() if data["errors"] else {"errors"})
    hidden |= set() if data["near_questions"] else {"near_questions", "declined_near"}
    lines = [f"{name:<22} {_shown(value)}" for name, value in data.items() if name not in hidden]
    times = ", ".join(f"{name.replace('_', ' ')} {_shown(value)} ms" for name, value in data["median_ms"].items())
    groups = [
        f"{name:<22} {_shown(of['right'])} of {of['questions']}" for name, of in data.get("groups", {}).items()
    ]
    return "\n".join([*lines, f"{'median':<22} {times}", *groups])


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
