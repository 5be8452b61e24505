"""Reading sets and runs, and telling two runs apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.core.keyset import in_portions

from ..models import Assistant, EvaluationCase, EvaluationResult, EvaluationRun, EvaluationSet
from .files import case_line
from .records import case_of, result_of
from .report import right
from .sets import set_get

__all__ = [
    "Difference",
    "assistant_of",
    "differences",
    "is_right",
    "run_get",
    "run_progress",
    "runs",
    "set_get",
    "set_lines",
    "sets",
]


def sets() -> QuerySet[EvaluationSet]:
    """By name, with `cases_count` and `runs_count`."""

    def counted(model: type[EvaluationCase] | type[EvaluationRun]) -> Coalesce:
        rows = model._default_manager.filter(set=OuterRef("pk")).order_by().values("set")
        return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)

    return EvaluationSet.objects.annotate(cases_count=counted(EvaluationCase), runs_count=counted(EvaluationRun))


def runs() -> QuerySet[EvaluationRun]:
    """Newest first, with `cases_count` and `asked_count`."""
    asked = Count("results", filter=~Q(results__asked_at=None))
    return EvaluationRun.objects.select_related("set", "assistant", "model_version__model").annotate(
        cases_count=Count("results"), asked_count=asked
    )


def run_get(run_id: UUID) -> EvaluationRun:
    found = runs().filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("There is no such run."))
    return found


def run_progress(run: EvaluationRun) -> tuple[int, int]:
    """How many of how many questions are asked."""
    return run.results.exclude(asked_at=None).count(), run.results.count()


def assistant_of(found: EvaluationSet) -> Assistant | None:
    """Of all, the one that answers from most of the documents that the set expects; where it expects none, the one
    that most of its questions were asked; None where customers asked none of them.
    """
    expected = found.cases.exclude(document="").order_by().values("document").distinct()
    named = Assistant.objects.filter(collections__documents__name__in=expected)
    of_documents = named.annotate(cases=Count("collections__documents__name", distinct=True))
    of_customers = Assistant.objects.filter(conversations__generations__in=found.cases.values("asked_in"))
    of_customers = of_customers.annotate(cases=Count("conversations__generations", distinct=True))
    order = ("-cases", "-enabled", "position", "slug")
    return of_documents.order_by(*order).first() or of_customers.order_by(*order).first()


def set_lines(found: EvaluationSet) -> Iterator[str]:
    """The set as a file that makes the same set."""
    portions = in_portions(found.cases.all(), field="position")
    return (case_line(case_of(row)) + "\n" for portion in portions for row in portion)


def is_right(row: EvaluationResult) -> bool:
    return right(result_of(row))


@dataclass(frozen=True)
class Difference:
    """A question that two runs answered differently; None where a run did not ask it."""

    question: str
    one: EvaluationResult | None
    other: EvaluationResult | None
    one_right: bool
    other_right: bool


def differences(one: EvaluationRun, other: EvaluationRun) -> list[Difference]:
    """Questions of which one run is right and the other not, then those with another outcome, text or rank."""
    rows = [{row.question: row for row in run.results.exclude(asked_at=None)} for run in (one, other)]
    found = []
    for question in dict.fromkeys([*rows[0], *rows[1]]):
        a, b = (of.get(question) for of in rows)
        if _said(a) != _said(b):
            found.append(Difference(question, a, b, a is not None and is_right(a), b is not None and is_right(b)))
    return sorted(found, key=lambda difference: difference.one_right == difference.other_right)


def _said(row: EvaluationResult | None) -> tuple[object, ...] | None:
    return (row.outcome, row.text, row.found_at, row.error) if row else None
