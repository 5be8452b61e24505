"""Questions that are asked often, and those that get no answer, grouped where they ask one assistant the same."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Literal
from uuid import UUID

from apps.core.language import Language
from apps.knowledge.models import Document

from ..generation.asking.sameness import group_key
from ..models import Outcome, PutAway, Value
from .alike import groups_alike
from .rows import LIKELY_RIGHT, Row, Scope, hardly_sure, rows_asked

_SHOWN = 4  # other wordings
Reason = Literal["near", "far", "disliked", "unsure"]  # why an answer was not good: the first two were declined


@dataclass(frozen=True)
class Asked:
    """Questions that ask one assistant the same, or nearly: its slug. `text` is the wording used most, `others` a
    few more; `newest` is the last one that was not answered well, else the last.

    `reasons` count the answers that were not good, each once: what the assistant refused though the documents came
    `near`, and where they did not (`far`), what the person rated down (`disliked`), and what was answered by
    something that is hardly likely right (`unsure`; once: when the answer is given again from the cache, nothing is
    searched). What was asked before somebody wrote the answer does not count. `sure` is the least that any of them
    was likely. `members` are answers, one of each wording; a reviewer put it away at `away_at`.
    """

    text: str
    others: tuple[str, ...]
    language: str
    count: int
    reasons: Counter[Reason]
    sure: float
    last_at: datetime
    newest: UUID
    conversation: UUID
    assistant: str
    members: tuple[UUID, ...]
    away_at: datetime | None

    @property
    def unanswered(self) -> int:
        return self.reasons.total()

    @property
    def declined(self) -> int:
        return self.reasons["near"] + self.reasons["far"]

    @property
    def is_far(self) -> bool:
        """Whether the documents have nothing that comes near: another subject, or what is missing altogether."""
        return set(self.reasons) == {"far"}


ORDERS: dict[str, Callable[[Asked], float]] = {
    "often": lambda asked: -asked.unanswered,
    "newest": lambda asked: -asked.last_at.timestamp(),
    "sure": lambda asked: asked.sure,
}


def question_digest(question: str, language: str) -> str:
    """The same for questions that ask the same."""
    known: Language = "zh" if language == "zh" else "en"
    return sha256(group_key(question, known).encode()).hexdigest()


def questions(scope: Scope) -> tuple[list[Asked], bool]:
    """The most frequent first; also whether there were too many to look at all of them. Searched are whole groups:
    how often something was asked, and whether it was answered since, other wordings say as well.
    """
    rows, more = rows_asked(scope)
    away = {
        (slug, key): at for slug, key, at in PutAway.objects.values_list("assistant__slug", "key", "created_at")
    }
    same: dict[tuple[str, str, bool], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        slug, language = row["conversation__assistant__slug"], row["question__language"]
        key = question_digest(row["question__text"], language)
        row["away_at"] = away.get((slug, key))
        same[slug, language, row["away_at"] is not None][key].append(row)
    taught = _taught(rows)
    found = []
    for groups in same.values():
        for wordings in _alike(sorted(groups.values(), key=lambda rows: -len(rows))):
            if _holds(wordings, scope.words):
                found.append(_asked(wordings, taught))
    return sorted(found, key=lambda asked: (-asked.count, -asked.last_at.timestamp())), more


def unanswered(found: Iterable[Asked], *, reason: str = "", order: str = "often") -> list[Asked]:
    """Those that got no good answer, for one reason or any; what the documents have nothing near to comes last."""
    ours = [asked for asked in found if asked.unanswered and (not reason or reason in asked.reasons)]
    return sorted(ours, key=lambda asked: (asked.is_far, ORDERS[order](asked)))


def put_away(found: Iterable[Asked]) -> list[Asked]:
    """The last first."""
    away = [(asked.away_at, asked) for asked in found if asked.away_at]
    return [asked for _at, asked in sorted(away, key=lambda pair: pair[0], reverse=True)]


def _alike(wordings: list[list[Row]]) -> list[list[list[Row]]]:
    """Without looking at what was answered well and is read in no list: comparing thousands takes seconds."""
    listed = [rows for rows in wordings if len(rows) > 1 or any(map(_reason, rows))]
    alike = groups_alike([rows[0]["question__text"] for rows in listed])
    well = [[rows] for rows in wordings if len(rows) == 1 and not _reason(rows[0])]
    return [[listed[place] for place in places] for places in alike] + well


def _holds(wordings: list[list[Row]], words: str) -> bool:
    return any(words.casefold() in row["question__text"].casefold() for rows in wordings for row in rows)


def _taught(rows: Iterable[Row]) -> set[UUID]:
    """The answers that somebody wrote and nobody deleted since."""
    ids = {row["correction__taught"] for row in rows} - {None}
    return set(Document.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _asked(wordings: list[list[Row]], taught: set[UUID]) -> Asked:
    rows = sorted(chain(*wordings), key=lambda row: row["created_at"], reverse=True)
    written = [row["correction__updated_at"] for row in rows if row["correction__taught"] in taught]
    open_rows = [row for row in rows if not written or row["created_at"] > max(written)]
    bad = [row for row in open_rows if _reason(row)]
    newest = next(iter(bad), rows[0])
    texts = Counter(row["question__text"] for row in rows).most_common(_SHOWN + 1)
    return Asked(
        text=texts[0][0],
        others=tuple(text for text, _count in texts[1:]),
        language=rows[0]["question__language"],
        count=len(rows),
        reasons=Counter(filter(None, map(_reason, bad))),
        sure=min((row["confidence"] or 0.0 for row in bad), default=1.0),
        last_at=rows[0]["created_at"],
        newest=newest["pk"],
        conversation=newest["conversation_id"],
        assistant=newest["conversation__assistant__slug"],
        members=tuple(rows[0]["pk"] for rows in wordings),
        away_at=max((row["away_at"] for row in rows if row["away_at"]), default=None),
    )


def _reason(row: Row) -> Reason | None:
    """Why the answer was not good; None for one that was, as far as is known."""
    if row["outcome"] == Outcome.DECLINED:
        return "near" if row["near"] else "far"
    if row["rating__value"] == Value.BAD:
        return "disliked"
    return "unsure" if _unsure(row) else None


def _unsure(row: Row) -> bool:
    """Quoted by what is likely wrong, or written by a model after a search that was hardly sure."""
    sure = row["retrieval__confidence"]
    if sure is None or row["retrieval__cache"] in {"exact", "near"}:
        return False
    if row["retrieval__quotes"] and row["confidence"] is not None:
        return bool(row["confidence"] < LIKELY_RIGHT)
    return bool(sure < hardly_sure(row["conversation__assistant__threshold"]))
