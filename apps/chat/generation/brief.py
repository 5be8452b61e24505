"""All that one answer needs from the database, gathered before the streaming begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.core.language import Language, detect_language
from apps.knowledge.retrieval.types import RankedPassage
from apps.moderation.services import check_text, policy_active
from apps.registry.selectors import Target, alias_target

from ..models import Assistant, Generation, Message, Outcome, Task
from ..tree import tree_of
from .fold import Folded
from .followup import context_of
from .glossary import Term
from .phrases import phrases_for

EXCHANGES = 3


@dataclass(frozen=True)
class Brief:
    """`history` is for models that write freely: the turns before, in OpenAI's form. `context` holds the
    words that the question leaves unsaid, see `followup`.

    `begun` is what stands already of an answer that a free model goes on with, `cited` the passages behind it.
    With a `revision` (what stands before a passage, the passage, what stands behind it) the question says how the
    passage is to be written anew.
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
    tone: str = ""
    history: Sequence[dict[str, str]] = ()
    context: str = ""
    begun: Folded | None = None
    cited: Sequence[RankedPassage] = ()
    task: str = Task.ANSWER
    glossary: Sequence[Term] = ()
    revision: tuple[str, str, str] | None = None
    caller: str = ""
    request_id: str = ""

    @property
    def whole_question(self) -> str:
        """The question with what it leaves unsaid behind it."""
        return f"{self.question} {self.context}".rstrip()


def brief_for(assistant: Assistant, question: str) -> Brief:
    """Raises NotFound when no model is behind the assistant's alias."""
    language = detect_language(question)
    name = assistant.in_language("name", language)
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
        task=assistant.task,
        glossary=tuple((english, chinese) for english, chinese in assistant.glossary),
        tone=""
        if assistant.verbatim and assistant.task == Task.ANSWER
        else assistant.in_language("tone", language),
    )


def with_earlier(brief: Brief, question: Message) -> Brief:
    """With what the last exchanges before `question` say of it: words that it leaves unsaid, for a free model all.

    Earlier questions are judged anew, as only their judged text may go to a model; what was blocked is left out.
    Classifiers are not asked again: what they blocked has its outcome, and they mask nothing.
    """
    if brief.task == Task.TRANSLATE:  # each text stands alone
        return brief
    earlier = (
        Generation.objects.filter(answer__in=tree_of(question.conversation).path_to(question.pk))
        .exclude(outcome=Outcome.BLOCKED)
        .exclude(answer__text="")
        .select_related("question", "answer")
        .order_by("-answer__position")[:EXCHANGES]
    )
    policy = policy_active().without_classifiers()
    asked: list[str] = []
    turns: list[dict[str, str]] = []
    for turn in question.conversation.given:
        turns.append(turn)
        if turn["role"] == "user":
            asked.append(turn["content"])
    for generation in reversed(earlier):
        text = generation.question.text
        verdict = check_text(text=text, stage="input", language=detect_language(text), policy=policy)
        if verdict.action != "block" and generation.answer is not None:
            asked.append(verdict.text)
            turns.append({"role": "user", "content": verdict.text})
            turns.append({"role": "assistant", "content": generation.answer.text})
    context = context_of(brief.question, asked, brief.language)
    return replace(brief, context=context, history=() if brief.verbatim and brief.task == Task.ANSWER else turns)
