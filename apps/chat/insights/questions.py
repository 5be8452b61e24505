"""Questions that are asked often, and those that get no answer, grouped where they ask one assistant the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core.language import Language
from apps.knowledge.models import Document

from ..generation.asking.sameness import group_key
from ..models import Generation, Outcome, PutAway, Status, Value
from ..selectors import first_answers
from .alike import groups_alike

MOST = 5000  # questions that are looked at, the newest
LIKELY_RIGHT = 0.6  # below it three of five quoted answers are wrong (docs/subsystems/evaluation.md)
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
_SHOWN = 4  # other wordings
_Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Questions that ask one assistant the same, or nearly: its slug. `text` is the wording used most, `others` a
    few more; `newest` is the last one that was not answered well, else the last.

    `declined`, `disliked` and `unsure` count the answers that were not good, each once: what the assistant refused,
    what the person rated down, and what was answered by something that is hardly likely right (once: when the
    answer is given again from the cache, nothing is searched). What was asked before somebody wrote the answer does
    not count. `members` are answers, one of each wording; `away` was put away by a reviewer.
    """

    text: str
    others: tuple[str, ...]
    language: str
    count: int
    declined: int
    disliked: int
    unsure: int
    last_at: datetime
    newest: UUID
    conversation: UUID
    assistant: str
    members: tuple[UUID, ...]
    away: bool

    @property
    def unanswered(self) -> int:
        return self.declined + self.disliked + self.unsure


def question_digest(question: str, language: str) -> str:
    """The same for questions that ask the same."""
    known: Language = "zh" if language == "zh" else "en"
    return sha256(group_key(question, known).encode()).hexdigest()


def questions(*, days: int, assistant: str = "") -> list[Asked]:
    """Of the last `days` days, of all assistants or one (a slug); the most frequent first. Small talk is none, and
    of a question that was answered again its first answer counts.
    """
    rows = Generation.objects.filter(created_at__gte=timezone.now() - timedelta(days=days), status=Status.DONE)
    rows = rows.filter(outcome__in=[Outcome.ANSWERED, Outcome.DECLINED], conversation__is_trial=False)
    rows = first_answers(rows)
    if assistant:
        rows = rows.filter(conversation__assistant__slug=assistant)
    away = set(PutAway.objects.values_list("assistant__slug", "key"))
    same: dict[tuple[str, str, bool], dict[str, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("-created_at").values(*_COLUMNS)[:MOST]:
        slug, language = row["conversation__assistant__slug"], row["question__language"]
        key = question_digest(row["question__text"], language)
        same[slug, language, (slug, key) in away][key].append(row)
    taught = _taught(row for groups in same.values() for row in chain(*groups.values()))
    found = []
    for (_slug, _language, is_away), groups in same.items():
        for wordings in _alike(sorted(groups.values(), key=lambda rows: -len(rows))):
            found.append(_asked(wordings, taught, is_away))
    return sorted(found, key=lambda asked: (-asked.count, -asked.last_at.timestamp()))


def unanswered(found: Iterable[Asked]) -> list[Asked]:
    """Those of `questions` that got no answer, or an unsure one; the most frequent first."""
    return sorted((asked for asked in found if asked.unanswered), key=lambda asked: -asked.unanswered)


def _alike(wordings: list[list[_Row]]) -> list[list[list[_Row]]]:
    """Without looking at what was answered well and is read in no list: comparing thousands takes seconds."""
    listed = [rows for rows in wordings if len(rows) > 1 or any(map(_bad, rows))]
    alike = groups_alike([rows[0]["question__text"] for rows in listed])
    well = [[rows] for rows in wordings if len(rows) == 1 and not _bad(rows[0])]
    return [[listed[place] for place in places] for places in alike] + well


def _taught(rows: Iterable[_Row]) -> set[UUID]:
    """The answers that somebody wrote and nobody deleted since."""
    ids = {row["correction__taught"] for row in rows} - {None}
    return set(Document.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _asked(wordings: list[list[_Row]], taught: set[UUID], away: bool) -> Asked:
    rows = sorted(chain(*wordings), key=lambda row: row["created_at"], reverse=True)
    written = [row["correction__updated_at"] for row in rows if row["correction__taught"] in taught]
    open_rows = [row for row in rows if not written or row["created_at"] > max(written)]
    newest = next(filter(_bad, open_rows), rows[0])
    texts = Counter(row["question__text"] for row in rows).most_common(_SHOWN + 1)
    return Asked(
        text=texts[0][0],
        others=tuple(text for text, _count in texts[1:]),
        language=rows[0]["question__language"],
        count=len(rows),
        declined=sum(map(_declined, open_rows)),
        disliked=sum(map(_disliked, open_rows)),
        unsure=sum(map(_unsure, open_rows)),
        last_at=rows[0]["created_at"],
        newest=newest["pk"],
        conversation=newest["conversation_id"],
        assistant=newest["conversation__assistant__slug"],
        members=tuple(rows[0]["pk"] for rows in wordings),
        away=away,
    )


def _bad(row: _Row) -> bool:
    return _declined(row) or _disliked(row) or _unsure(row)


def _declined(row: _Row) -> bool:
    return bool(row["outcome"] == Outcome.DECLINED)


def _disliked(row: _Row) -> bool:
    return not _declined(row) and row["rating__value"] == Value.BAD


def _unsure(row: _Row) -> bool:
    """Quoted by what is likely wrong. Of what a model wrote only the search's confidence is known: in the lowest
    quarter of what is answered at all, as the threshold is of that.
    """
    threshold, sure = row["conversation__assistant__threshold"], row["retrieval__confidence"]
    if sure is None or _declined(row) or _disliked(row) or row["retrieval__cache"] in {"exact", "near"}:
        return False
    if row["retrieval__quotes"] and row["confidence"] is not None:
        return bool(row["confidence"] < LIKELY_RIGHT)
    return bool(sure < threshold + (1 - threshold) / 4)
