"""What became of questions, day by day and by assistant."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.models import Assistant, Generation, Outcome, Rating, Status, Value
from apps.chat.selectors import first_answers

from ..templatetags.console import named

Tally = Counter[str]
COUNTED = ("questions", "answered", "declined", "failed", "good", "bad")


@dataclass(frozen=True)
class Figures:
    """`days` are all of the period, in their order; `rows` only what was counted: the day, the assistant, what."""

    days: list[tuple[date, Tally]]
    assistants: list[tuple[Assistant, Tally]]
    rows: list[tuple[date, Assistant, Tally]]

    @property
    def all(self) -> Tally:
        return _sum(tally for _day, tally in self.days)


def beginning(days: int) -> datetime:
    """Of whole days of UTC, the last of which is today; one day is the last 24 hours."""
    now = timezone.now().astimezone(UTC)
    first = now.date() - timedelta(days=days - 1)
    return now - timedelta(days=1) if days == 1 else datetime.combine(first, time.min, UTC)


def figures(days: int, assistant: str = "") -> Figures:
    """Questions and what their first answers came to, and ratings by when they were given; of one assistant by its
    short name, or of all.
    """
    counted: dict[tuple[date, UUID], Tally] = defaultdict(Counter)
    for day, who, *counts in _questions(days, assistant):
        counted[day, who].update(dict(zip(COUNTED[:4], counts, strict=True)))
    for day, who, *counts in _ratings(days, assistant):
        counted[day, who].update(dict(zip(COUNTED[4:], counts, strict=True)))
    known = {row.pk: row for row in Assistant.objects.filter(pk__in={pk for _day, pk in counted})}
    rows = [(day, known[pk], tally) for (day, pk), tally in counted.items() if pk in known]
    rows.sort(key=lambda row: (row[0], row[1].position, row[1].slug))
    first, last = beginning(days).date(), timezone.now().astimezone(UTC).date()
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assistants = sorted(known.values(), key=lambda row: (row.position, row.slug))
    return Figures(
        days=[(day, _sum(tally for at, _who, tally in rows if at == day)) for day in span],
        assistants=[(who, _sum(tally for _day, by, tally in rows if by == who)) for who in assistants],
        rows=rows,
    )


def figures_head() -> list[str]:
    return [_("Day"), _("Assistant"), _("Short name"), *labels().values()]


def figures_rows(found: Figures) -> list[list[object]]:
    """A line for each day and assistant that has anything, as a table to take away."""
    return [
        [day.isoformat(), named(who), who.slug, *map(tally.__getitem__, COUNTED)] for day, who, tally in found.rows
    ]


def labels() -> dict[str, str]:
    return {
        "questions": _("Questions"),
        "answered": _("Answered"),
        "declined": _("Declined"),
        "failed": _("Failed"),
        "good": _("Rated helpful"),
        "bad": _("Rated not helpful"),
    }


def _questions(days: int, assistant: str) -> Iterable[tuple[Any, ...]]:
    found = Generation.objects.filter(created_at__gte=beginning(days), conversation__is_trial=False)
    if assistant:
        found = found.filter(conversation__assistant__slug=assistant)
    counted = first_answers(found).order_by().annotate(day=TruncDate("created_at", tzinfo=UTC))
    return counted.values_list("day", "conversation__assistant").annotate(
        questions=Count("pk"),
        answered=Count("pk", filter=Q(outcome=Outcome.ANSWERED)),
        declined=Count("pk", filter=Q(outcome=Outcome.DECLINED)),
        failed=Count("pk", filter=Q(status__in=[Status.ERROR, Status.INTERRUPTED])),
    )


def _ratings(days: int, assistant: str) -> Iterable[tuple[Any, ...]]:
    found = Rating.objects.filter(created_at__gte=beginning(days), generation__conversation__is_trial=False)
    if assistant:
        found = found.filter(generation__conversation__assistant__slug=assistant)
    counted = found.order_by().annotate(day=TruncDate("created_at", tzinfo=UTC))
    return counted.values_list("day", "generation__conversation__assistant").annotate(
        good=Count("pk", filter=Q(value=Value.GOOD)), bad=Count("pk", filter=Q(value=Value.BAD))
    )


def _sum(tallies: Iterable[Tally]) -> Tally:
    total: Tally = Counter()
    for tally in tallies:
        total.update(tally)
    return total
