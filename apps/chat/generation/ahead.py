"""Answering ahead what is likely asked next, into the cache: the handbook's prefetch."""

from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from apps.core.db import in_database
from apps.core.language import Language, detect_language
from apps.knowledge.retrieval.types import Retrieval

from ..models import Assistant, Message, Outcome, Role
from .answer import answer_stream
from .asking.followup import hangs
from .asking.sameness import group_key
from .brief import Brief, brief_for
from .cache import AnswerCache
from .fold import Event, fold
from .pieces import Checked, Closing, Reading, event_of

MOST = 4000  # questions of the assistant that are looked at, the newest
OFTEN = 2  # conversations in which one followed the other


def likely_next(assistant: Assistant, question: str, count: int) -> list[str]:
    """At most `count` questions: those that followed `question` in several conversations, most often first, then
    the assistant's starters. Only such as stand alone: the others depend on the conversation.
    """
    language = detect_language(question)
    asked = group_key(question, language)
    after = Counter(_followers(assistant, question, language))
    often = [text for text, times in after.most_common() if times >= OFTEN]
    starters = assistant.starters_zh if language == "zh" else assistant.starters
    found: dict[str, str] = {}
    for text in [*often, *starters]:
        found.setdefault(group_key(text, language), text)
    found.pop(asked, None)
    return [text for text in found.values() if not hangs(text, language)][:count]


def _followers(assistant: Assistant, question: str, language: Language) -> list[str]:
    """Each question that directly followed one that asks the same, in one wording for all that ask the same."""
    rows = Message.objects.filter(conversation__assistant=assistant, role=Role.USER, language=language)
    newest = rows.order_by("-created_at").values_list("conversation_id", "position", "text")[:MOST]
    asked = group_key(question, language)
    found: list[str] = []
    wording: dict[str, str] = {}
    before: tuple[UUID, str] | None = None
    for conversation, _position, text in sorted(newest, key=lambda row: (row[0], row[1])):
        if before is not None and before[0] == conversation and group_key(before[1], language) == asked:
            found.append(wording.setdefault(group_key(text, language), text))
        before = (conversation, text)
    return found


async def answers_ahead(assistant_id: UUID, question: str) -> int:
    """After `question` was answered: answers up to `CHAT_AHEAD` others; returns how many are new in the cache."""

    def likely() -> list[str]:
        return likely_next(Assistant.objects.get(pk=assistant_id), question, settings.CHAT_AHEAD)

    return sum([await answer_ahead(assistant_id, text) for text in await in_database(likely)])


async def answer_ahead(assistant_id: UUID, question: str) -> bool:
    """Answers what nobody asked yet, and keeps it; False where it is known already or cannot be kept."""
    brief = await in_database(_brief, assistant_id, question)
    cache = AnswerCache(assistant_id, counts=False)
    events: list[tuple[int, Event]] = []
    found: Retrieval | None = None
    plain = True
    outcome, sure = "", 0.0
    async with aclosing(answer_stream(brief, cache.recall)) as pieces:
        async for piece in pieces:
            if cache.how in {"exact", "near"}:
                return False
            if (event := event_of(piece)) is not None:
                events.append((len(events) + 1, event))
            match piece:
                case Reading():
                    found = piece.retrieval
                case Checked():
                    plain = plain and piece.verdict.action == "allow"
                case Closing():
                    outcome, sure = piece.outcome, piece.confidence
    if outcome != Outcome.ANSWERED or not plain or found is None:
        return False
    await cache.keep(fold(events), found, sure, None)
    return True


def _brief(assistant_id: UUID, question: str) -> Brief:
    return replace(brief_for(Assistant.objects.get(pk=assistant_id), question), caller="ahead")
