"""All that one answer needs from the database, gathered before the streaming begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.core.language import Language, detect_language
from apps.registry.selectors import Target, alias_target

from ..models import Assistant, Message
from .phrases import phrases_for

TURNS = 6


@dataclass(frozen=True)
class Brief:
    """`history` is for models that write freely: the turns before, in OpenAI's form."""

    question: str
    language: Language
    name: str
    collection_ids: tuple[UUID, ...]
    verbatim: bool
    threshold: float
    max_sentences: int
    phrases: dict[str, str]
    target: Target
    history: Sequence[dict[str, str]] = ()


def brief_for(assistant: Assistant, question: str) -> Brief:
    """Raises NotFound when no model is behind the assistant's alias."""
    language = detect_language(question)
    name = (assistant.name_zh if language == "zh" else "") or assistant.name
    return Brief(
        question=question,
        language=language,
        name=name,
        collection_ids=tuple(assistant.collections.values_list("pk", flat=True)),
        verbatim=assistant.verbatim,
        threshold=assistant.threshold,
        max_sentences=assistant.max_sentences,
        phrases=phrases_for(language, name=name, overrides=assistant.texts),
        target=alias_target(assistant.alias),
    )


def with_history(brief: Brief, question: Message) -> Brief:
    """The last turns before `question`, unless the answer is verbatim: then each question stands alone."""
    if brief.verbatim:
        return brief
    earlier = Message.objects.filter(
        conversation_id=question.conversation_id, position__lt=question.position
    ).order_by("-position")[:TURNS]
    turns = [{"role": message.role, "content": message.text} for message in reversed(earlier) if message.text]
    return replace(brief, history=turns)
