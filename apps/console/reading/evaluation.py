"""An evaluation's figures in words, and its answers, filtered, a page at a time."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.chat.evaluation.records import passages_standing
from apps.chat.evaluation.selectors import differences, is_right
from apps.chat.models import EvaluationResult, EvaluationRun, Outcome
from apps.core.markdown import CITED
from apps.knowledge.models import Document
from apps.knowledge.selectors import passages_there

from .paging import page_of
from .sources import Quoted, quoted

# In the order in which they are read; the second part tells how the value is written.
_FIGURES = {
    "answer_contains_gold": (_("Right answers"), "share"),
    "recall_at_1": (_("Right place found first"), "share"),
    "recall_at_5": (_("Among the first five"), "share"),
    "declined": (_("Answerable, but declined"), "share"),
    "declined_offtopic": (_("Off topic, declined"), "share"),
    "smalltalk_offtopic": (_("Off topic, talk or asked back"), "share"),
    "declined_near": (_("Near misses, declined"), "share"),
    "errors": (_("Failed"), "count"),
    "retrieval": (_("Search, median"), "time"),
    "first_token": (_("First token, median"), "time"),
    "answer": (_("Whole answer, median"), "time"),
}
SHOWS = {
    "right": _("Right"),
    "wrong": _("Not right"),
    "declined": _("Declined"),
    "near": _("Near misses"),
    "failed": _("Failed"),
}


@dataclass(frozen=True)
class Answered:
    """What came of a question, and whether that is right; its sources, and where their numbers lead; how likely it
    is right, None of what quotes nothing. Where to look into it, and where what is expected stands, are "" for
    nowhere.
    """

    row: EvaluationResult
    good: bool
    sources: list[Quoted]
    cited: dict[int, str]
    likely: float | None
    playground: str = ""
    place: str = ""


@dataclass(frozen=True)
class Answers:
    """A page of them; `shows` are (name, label, count) to choose from, `before` and `after` queries of the pages
    beside it, "" at either end.
    """

    rows: list[Answered]
    show: str
    shows: list[tuple[str, str, int]]
    total: int
    before: str
    after: str


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


def answers(run: EvaluationRun, show: str, number: int) -> Answers:
    """What was asked so far, in order; `show` is one of `SHOWS`, anything else means all."""
    judged = [(row, is_right(row)) for row in run.results.exclude(asked_at=None)]
    groups = {name: [one for one in judged if _belongs(name, *one)] for name in SHOWS}
    show = show if show in SHOWS else ""
    page = page_of(groups.get(show, judged), number, show=show)
    places = _places(run, [row for row, _good in page.rows])
    traced = _traced(row for row, _good in page.rows)
    return Answers(
        rows=[
            replace(
                _answered(run, row, good, traced), playground=_playground(run, row), place=places.get(row.pk, "")
            )
            for row, good in page.rows
        ],
        show=show,
        shows=[
            (name, str(label), len(groups[name])) for name, label in SHOWS.items() if groups[name] or name == show
        ],
        total=len(judged),
        before=page.before,
        after=page.after,
    )


def answers_of_two(one: EvaluationRun, other: EvaluationRun) -> list[tuple[str, Answered | None, Answered | None]]:
    """(question, answer, other answer) of what they answered differently; None where a run did not ask it."""
    found = differences(one, other)
    traced = _traced(row for two in found for row in (two.one, two.other) if row)
    return [
        (
            two.question,
            _answered(one, two.one, two.one_right, traced) if two.one else None,
            _answered(other, two.other, two.other_right, traced) if two.other else None,
        )
        for two in found
    ]


def _answered(run: EvaluationRun, row: EvaluationResult, good: bool, traced: Container[str]) -> Answered:
    """Of older runs the words alone are kept: where those quote, each number in them is a source."""
    sources = quoted(row.sources, traced)
    quotes = bool(run.settings.get("verbatim"))
    cited = {source.number: source.address for source in sources}
    if quotes and not cited:
        cited = {int(number): "" for number in CITED.findall(row.text)}
    likely = row.confidence if quotes and row.outcome == Outcome.ANSWERED else None
    return Answered(row, good, sources, cited, likely)


def _traced(rows: Iterable[EvaluationResult]) -> set[str]:
    """The passages that are cited and lead somewhere."""
    cited = {UUID(source["passage"]) for row in rows for source in row.sources}
    return {str(pk) for pk in passages_there(cited)}


def _belongs(name: str, row: EvaluationResult, good: bool) -> bool:
    match name:
        case "right":
            return good
        case "wrong":
            return not good
        case "declined":
            return row.outcome == Outcome.DECLINED
        case "near":
            return row.near
    return bool(row.error)


def _playground(run: EvaluationRun, row: EvaluationResult) -> str:
    """The playground with this question and the run's threshold; all else is as it is set up today. "" where it
    cannot say where, or the question hangs on those before it, which the playground does not take.
    """
    if row.before:
        return ""
    if run.assistant:
        where = f"assistant:{run.assistant.slug}"
    elif len(run.collections) == 1:
        where = f"collection:{run.collections[0]['slug']}"
    else:
        return ""
    query = {"q": row.question, "a_where": where, "a_threshold": run.settings["threshold"]}
    return f"{reverse('console:playground')}?{urlencode(query)}"


def _places(run: EvaluationRun, rows: list[EvaluationResult]) -> dict[int, str]:
    """Where what is expected stands, of those rows that name a passage, or else a document, that is there."""
    standing = passages_standing(row.passage for row in rows)
    documents = _documents(run, {row.document for row in rows if row.document and row.passage not in standing})
    found = {}
    for row in rows:
        if row.passage in standing:
            found[row.pk] = reverse("console:passage", args=[row.passage])
        elif row.document in documents:
            found[row.pk] = reverse("console:document", args=[documents[row.document]])
    return found


def _documents(run: EvaluationRun, names: set[str]) -> dict[str, UUID]:
    """The documents that a run searched by how its cases name them: by their whole name, or its end."""
    ends = reduce(or_, (Q(name=name) | Q(name__endswith=f"/{name}") for name in names), Q(pk=None))
    there = Document.objects.filter(ends, collection_id__in=[collection["id"] for collection in run.collections])
    known = list(there.values_list("name", "pk"))
    return {
        name: pk for name in names for document, pk in known if document == name or document.endswith(f"/{name}")
    }
