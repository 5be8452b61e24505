"""All that one answer needs from the database, gathered before the streaming begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.core.language import Language, detect_language
from apps.moderation.services import check_text, policy_active
from apps.registry.selectors import Target, alias_target

from ..models import Assistant, Generation, Message, Outcome
from .phrases import phrases_for

EXCHANGES = 3


@dataclass(frozen=True)
class Brief:
    """`history` is for models that write freely: the turns before, in OpenAI's form.

    `caller` tells one person from another, `request_id` this answer from others; both for the runtime alone.
    """

    question: str
    language: Language
    name: str
    collection_ids: tuple[UUID, ...]
    verbatim: bool
    threshold: float
    min_sentences: int
    max_sentences: int
    phrases: dict[str, str]
    target: Target
    history: Sequence[dict[str, str]] = ()
    caller: str = ""
    request_id: str = ""


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
        min_sentences=assistant.min_sentences,
        max_sentences=assistant.max_sentences,
        phrases=phrases_for(language, name=name, overrides=assistant.texts),
        target=alias_target(assistant.alias),
    )


def with_history(brief: Brief, question: Message) -> Brief:
    """The last exchanges before `question`, unless the answer is verbatim: then each question stands alone.

    Earlier questions are judged anew, as only their judged text may go to a model; what was blocked is left out.
    Classifiers are not asked again: what they blocked has its outcome, and they mask nothing.
    """
    if brief.verbatim:
        return brief
    earlier = (
        Generation.objects.filter(
            conversation_id=question.conversation_id, question__position__lt=question.position
        )
        .exclude(outcome=Outcome.BLOCKED)
        .exclude(answer__text="")
        .select_related("question", "answer")
        .order_by("-question__position")[:EXCHANGES]
    )
    policy = policy_active().without_classifiers()
    turns: list[dict[str, str]] = []
    for generation in reversed(earlier):
        asked = generation.question
        verdict = check_text(text=asked.text, stage="input", language=detect_language(asked.text), policy=policy)
        if verdict.action != "block":
            turns.append({"role": "user", "content": verdict.text})
            turns.append({"role": "assistant", "content": generation.answer.text})
    return replace(brief, history=turns)
