"""The answers that the lists of what is asked are made of, read from the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ..models import Generation, Outcome, Status, Value
from ..selectors import first_finished

MOST = 5000  # answers that are looked at, and of those that are perhaps no good ones as many again
LIKELY_RIGHT = 0.6  # below it three of five quoted answers are wrong (docs/subsystems/evaluation.md)
_NEAR = [{"kind": "nearest"}]  # among an answer's notes where the documents came near the question
_COLUMNS = (
    "pk",
    "conversation_id",
    "created_at",
    "question__text",
    "question__language",
    "outcome",
    "confidence",
    "conversation__assistant__slug",
    "retrieval__quotes",
    "retrieval__confidence",
    "retrieval__cache",
    "conversation__assistant__threshold",
    "rating__value",
    "correction__taught",
    "correction__updated_at",
)
Row = dict[str, Any]


def hardly_sure(threshold: Any) -> Any:
    """Below it what a model wrote is perhaps wrong, of which only the search's confidence is known: in the lowest
    quarter of what is answered at all, as the threshold (a number or a column) is of that.
    """
    return threshold + (1 - threshold) / 4


_NOT_GOOD = (
    Q(outcome=Outcome.DECLINED)
    | Q(rating__value=Value.BAD)
    | Q(confidence__lt=LIKELY_RIGHT)
    # What was searched is large, so it is read last.
    | Q(confidence__lt=hardly_sure(F("conversation__assistant__threshold"))) & Q(retrieval__quotes=False)
)


@dataclass(frozen=True)
class Scope:
    """What was asked in the last `days` days: where these are given of one assistant (a slug), in one language, and
    of what is asked alike only where a wording holds `words`.
    """

    days: int
    assistant: str = ""
    language: str = ""
    words: str = ""


def rows_asked(scope: Scope) -> tuple[list[Row], bool]:
    """Newest first, each with `near`: whether the documents came near a question that was declined. Small talk is
    none, and of a question that was answered again its first answer counts. Also whether some were left out. Other
    wordings than those with the words of `scope` are there too.
    """
    found = _found(scope)
    newest = _newest(found)
    more = len(newest) > MOST
    if more:  # gaps are rare among many: those that thousands of good answers came after are read all the same
        named = _newest(found.filter(question__text__icontains=scope.words)) if scope.words else []
        newest = list({*newest[:MOST], *_newest(found.filter(_NOT_GOOD))[:MOST], *named[:MOST]})
    rows = list(Generation.objects.filter(pk__in=newest).order_by("-created_at").values(*_COLUMNS))
    near = _near(row["pk"] for row in rows if row["outcome"] == Outcome.DECLINED)
    return [row | {"near": row["pk"] in near} for row in rows], more


def _found(scope: Scope) -> QuerySet[Generation]:
    since = timezone.now() - timedelta(days=scope.days)
    found = first_finished(Generation.objects.filter(created_at__gte=since, conversation__is_trial=False))
    found = found.filter(outcome__in=[Outcome.ANSWERED, Outcome.DECLINED], status=Status.DONE)
    if scope.assistant:
        found = found.filter(conversation__assistant__slug=scope.assistant)
    if scope.language:
        found = found.filter(question__language=scope.language)
    return found


def _newest(found: QuerySet[Generation]) -> list[UUID]:
    """Ids alone: what was searched is large, and read only of those that are looked at."""
    return list(found.order_by("-created_at").values_list("pk", flat=True)[: MOST + 1])


def _near(declined: Iterable[UUID]) -> set[UUID]:
    rows = Generation.objects.filter(pk__in=list(declined), answer__notes__contains=_NEAR)
    return set(rows.values_list("pk", flat=True))
