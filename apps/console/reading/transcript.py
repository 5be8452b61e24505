"""One conversation with everything that was behind its answers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from apps.chat.models import Conversation, Generation, Message, Role
from apps.core.errors import NotFound
from apps.core.markdown import MOST
from apps.knowledge.selectors import passages_there
from apps.moderation.models import Decision
from apps.moderation.selectors import decisions_for

from .corrections import Corrected, corrected
from .findings import Decided, decided_about
from .sources import source_address


@dataclass(frozen=True)
class Turn:
    """A message; an answer has its generation, the passages that were found, what moderation decided with the words
    it was about, what a reviewer said was right, and where the numbers of its sources lead, "" for nowhere.
    """

    message: Message
    generation: Generation | None = None
    passages: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    corrected: Corrected | None = None
    cited: dict[int, str] = field(default_factory=dict)


def conversation_get(conversation_id: UUID) -> Conversation:
    """Raises NotFound, also for a trial: that is for who tries it alone."""
    rows = Conversation.objects.filter(is_trial=False).select_related("assistant", "owner", "attendant")
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        raise NotFound(_("There is no such conversation. Its owner may have deleted it."))
    return found


def told_before(conversation: Conversation) -> list[tuple[dict[str, Any], bool]]:
    """What the holder of a key told of before, and whether it is marked up as answers are. It may be megabytes: no
    more of it than of one answer.
    """
    left, told = MOST, []
    for turn in conversation.given:
        if is_answer := turn["role"] != Role.USER:
            left -= len(turn["content"])
        told.append((turn, is_answer and left >= 0))
    return told


def turns(conversation: Conversation) -> list[Turn]:
    """In order."""
    generations = {
        generation.answer_id: generation
        for generation in Generation.objects.filter(conversation=conversation)
        .select_related(
            "model_version__model", "rating", "correction", "question", "answer", "conversation__assistant"
        )
        .annotate(events_count=Count("events"))
    }
    decisions = defaultdict(list)
    for decision in decisions_for(generation.pk for generation in generations.values()):
        decisions[decision.generation_id].append(decision)
    mark_there(row for one in generations.values() for row in one.retrieval.get("passages", []))
    right = corrected(generations.values())
    made = [
        _turn(message, generations.get(message.pk), decisions, right)
        for message in conversation.messages.select_related("author").prefetch_related("files").order_by("position")
    ]
    mark_there(one.passage for turn in made for decided in turn.decisions for one in decided.found if one.passage)
    return made


def _turn(
    message: Message,
    generation: Generation | None,
    decisions: dict[UUID, list[Decision]],
    right: dict[UUID, Corrected],
) -> Turn:
    if generation is None:
        return Turn(message)
    found = generation.retrieval.get("passages", [])
    quoted = {source["passage"]: source["rows"][0] for source in reversed(message.sources) if source.get("rows")}
    for passage in found:
        passage["row"] = quoted.get(passage["passage"])
    decided = [decided_about(decision, generation) for decision in decisions.get(generation.pk, [])]
    return Turn(message, generation, found, decided, right.get(generation.pk), _cited(message, found))


def _cited(message: Message, found: list[dict[str, Any]]) -> dict[int, str]:
    traced = {passage["passage"] for passage in found if passage["traced"]}
    return {
        source["number"]: source_address(source) if source["passage"] in traced else ""
        for source in message.sources
    }


def mark_there(passages: Iterable[dict[str, Any]]) -> None:
    """Notes of each stored passage, as `there`, whether it still stands in a document; as `traced`, whether a link
    leads anywhere: to it, or to the document that it stood in.
    """
    rows = list(passages)
    there = passages_there(UUID(row["passage"]) for row in rows)
    for row in rows:
        row["traced"] = UUID(row["passage"]) in there
        row["there"] = there.get(UUID(row["passage"]), False)
