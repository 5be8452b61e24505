"""Questions that are asked often, and those that get no answer, grouped where they ask one assistant the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core.language import Language

from ..generation.sameness import group_key
from ..models import Generation, Outcome, Status, Value

MOST = 5000  # questions that are looked at, the newest
_COLUMNS = (
    "pk",
    "conversation_id",
    "created_at",
    "question__text",
    "question__language",
    "outcome",
    "conversation__assistant__slug",
    "retrieval__confidence",
    "retrieval__cache",
    "conversation__assistant__threshold",
    "rating__value",
)


@dataclass(frozen=True)
class Asked:
    """Questions that ask one assistant the same: its slug. `text` is the wording used most, `newest` the last one.

    `declined`, `disliked` and `unsure` count the answers that were not good, each once: what the assistant refused,
    what the person rated down, and what was answered although the search was hardly surer than the threshold (once:
    when the answer is given again from the cache, nothing is searched).
    """

    text: str
    language: str
    count: int
    declined: int
    disliked: int
    unsure: int
    last_at: datetime
    newest: UUID
    conversation: UUID
    assistant: str

    @property
    def unanswered(self) -> int:
        return self.declined + self.disliked + self.unsure


def questions(*, days: int, assistant: str = "") -> list[Asked]:
    """Of the last `days` days, of all assistants or one (a slug); the most frequent first. Small talk is none."""
    rows = Generation.objects.filter(created_at__gte=timezone.now() - timedelta(days=days), status=Status.DONE)
    rows = rows.filter(outcome__in=[Outcome.ANSWERED, Outcome.DECLINED], conversation__is_trial=False)
    if assistant:
        rows = rows.filter(conversation__assistant__slug=assistant)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("-created_at").values(*_COLUMNS)[:MOST]:
        language: Language = "zh" if row["question__language"] == "zh" else "en"
        key = group_key(row["question__text"], language)
        groups[row["conversation__assistant__slug"], key].append(row)
    return sorted(map(_asked, groups.values()), key=lambda asked: (-asked.count, -asked.last_at.timestamp()))


def unanswered(found: Iterable[Asked]) -> list[Asked]:
    """Those of `questions` that got no answer, or an unsure one; the most frequent first."""
    return sorted((asked for asked in found if asked.unanswered), key=lambda asked: -asked.unanswered)


def _asked(rows: list[dict[str, Any]]) -> Asked:
    newest = next((row for row in rows if _declined(row) or _disliked(row) or _unsure(row)), rows[0])
    return Asked(
        text=Counter(row["question__text"] for row in rows).most_common(1)[0][0],
        language=rows[0]["question__language"],
        count=len(rows),
        declined=sum(map(_declined, rows)),
        disliked=sum(map(_disliked, rows)),
        unsure=sum(map(_unsure, rows)),
        last_at=rows[0]["created_at"],
        newest=newest["pk"],
        conversation=newest["conversation_id"],
        assistant=newest["conversation__assistant__slug"],
    )


def _declined(row: dict[str, Any]) -> bool:
    return bool(row["outcome"] == Outcome.DECLINED)


def _disliked(row: dict[str, Any]) -> bool:
    return not _declined(row) and row["rating__value"] == Value.BAD


def _unsure(row: dict[str, Any]) -> bool:
    """In the lowest quarter of what is answered at all, by the search's confidence, as the threshold is of that."""
    threshold, sure = row["conversation__assistant__threshold"], row["retrieval__confidence"]
    if sure is None or row["retrieval__cache"] in {"exact", "near"}:
        return False
    return not _declined(row) and not _disliked(row) and sure < threshold + (1 - threshold) / 4
