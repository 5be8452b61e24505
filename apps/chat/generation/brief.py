"""All that one answer needs from the database, gathered before the streaming begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from apps.core.language import Language, detect_language
from apps.knowledge.retrieval.types import RankedPassage
from apps.moderation.services import OwnRules, check_text, policy_active
from apps.registry.selectors import Target, alias_target

from ..models import Assistant, Generation, Message, Outcome, QuestionFile, Task
from ..services.handover import handover_calls
from ..services.images import images_seen
from ..tree import tree_of
from .asking.emergency import emergency_text
from .asking.followup import context_of
from .asking.several import hanging
from .asking.wishes import Wish, wish_of
from .fold import Folded
from .glossary import Term
from .phrases import People, examples, of_people, phrases_for, quoted_across, welcome
from .pieces import Source
from .tutoring.checking import Filled

EXCHANGES = 3
Turn = dict[str, Any]  # a message in OpenAI's form


def content_of(text: str, images: Sequence[str]) -> Any:
    """What a message of the user holds: the text, or behind its images the text as OpenAI's parts."""
    if not images:
        return text
    return [*({"type": "image_url", "image_url": {"url": url}} for url in images), {"type": "text", "text": text}]


@dataclass(frozen=True)
class Brief:
    """`history` is for models that write freely: the turns before, in OpenAI's form. `context` holds the
    words that the question leaves unsaid, see `followup`, and `before` then the question that was asked last;
    `message` is all that was said where `question` is one sentence of it;
    `abroad`: the answer before quoted the other language.

    `begun` is what stands already of an answer that a free model goes on with, `cited` the passages behind it.
    With a `revision` (what stands before a passage, the passage, what stands behind it) the question says how the
    passage is to be written anew; `sources` are those of that text.
    `images` are data: URLs that the question shows; turns of `history` may hold image parts, too.
    `wish` is what the question wants of the assistant itself, `welcome` what it says to who asks what it can do,
    `examples` what it offers to be asked,
    `emergency` what comes before all else. `people`: who gets no answer
    is "offered" a person, or one is "asked" for by itself.
    `said` are the versions of a verbatim answer that the reader has; another one says something else.
    `check` introduces a question to check oneself by, which follows an answer; empty: none does. `filled` is what
    the question is as the reply to one.
    `own` are the assistant's own content rules.
    With `brought` files, which are among the collections, what is quoted may be the asker's own.
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
    instructions: str = ""
    own: OwnRules = field(default_factory=OwnRules)
    history: Sequence[Turn] = ()
    images: Sequence[str] = ()
    context: str = ""
    before: str = ""
    message: str = ""
    abroad: bool = False
    begun: Folded | None = None
    cited: Sequence[RankedPassage] = ()
    task: str = Task.ANSWER
    glossary: Sequence[Term] = ()
    revision: tuple[str, str, str] | None = None
    sources: Sequence[Source] = ()
    wish: Wish | None = None
    people: People = ""
    welcome: str = ""
    examples: str = ""
    reachable: str = ""
    emergency: str = ""
    said: Sequence[str] = ()
    check: str = ""
    filled: Filled | None = None
    brought: bool = False
    caller: str = ""
    request_id: str = ""

    @property
    def quotes(self) -> bool:
        """Whether the answer is the documents' own sentences, so that no model puts anything into words."""
        return self.verbatim and self.task == Task.ANSWER

    @property
    def opening(self) -> str:
        """What comes before all else: in an emergency what is to be done, where that does not stand yet."""
        return f"{self.emergency}\n\n" if self.emergency and not self.begun else ""

    @property
    def whole_question(self) -> str:
        """The question with what it leaves unsaid behind it."""
        return f"{self.question} {self.context}".rstrip()


def brief_for(assistant: Assistant, question: str) -> Brief:
    """Raises NotFound when no model is behind the assistant's alias."""
    language = detect_language(question)
    people: People = "offered" if assistant.handover else ""
    return Brief(
        question=question,
        language=language,
        name=assistant.in_language("name", language),
        collection_ids=tuple(assistant.collections.values_list("pk", flat=True)),
        verbatim=assistant.verbatim,
        threshold=assistant.threshold,
        min_sentences=assistant.min_sentences,
        max_sentences=assistant.max_sentences,
        phrases=_phrases(assistant, language, people),
        people=people,
        own=own_rules(assistant),
        target=alias_target(assistant.alias),
        task=assistant.task,
        wish=_wish(assistant, question, language),
        welcome=welcome(assistant, language),
        examples=examples(assistant, language),
        reachable=of_people("person", assistant, language),
        emergency=emergency_text(assistant, question) if assistant.task == Task.ANSWER else "",
        check=str((assistant.texts.get(language) or {}).get("check", "")),
        glossary=tuple((english, chinese) for english, chinese in assistant.glossary),
        instructions="" if assistant.quotes else assistant.in_language("instructions", language),
    )


def _phrases(assistant: Assistant, language: Language, people: People) -> dict[str, str]:
    return phrases_for(
        language,
        name=assistant.in_language("name", language),
        overrides=assistant.texts,
        about=assistant.in_language("description", language),
        people=people,
    )


def with_people(brief: Brief, assistant: Assistant, people: People) -> Brief:
    """A brief of that assistant for whom `people` are within reach so."""
    return replace(brief, people=people, phrases=_phrases(assistant, brief.language, people))


def own_rules(assistant: Assistant) -> OwnRules:
    """With the version that they were saved with; what is only tried has none."""
    own = OwnRules(tuple(assistant.blocked_words), assistant.strict)
    return replace(own, version=assistant.versions.values_list("number", flat=True).first()) if own else own


def _wish(assistant: Assistant, question: str, language: Language) -> Wish | None:
    """A person counts only where one can be reached."""
    wish = wish_of(question, language) if assistant.task == Task.ANSWER else None
    return None if wish == "person" and not assistant.handover else wish


def with_earlier(brief: Brief, question: Message) -> Brief:
    """With what the last exchanges before `question` say of it: words that it leaves unsaid, for a free model all.

    Earlier questions are judged anew, as only their judged text may go to a model; what was blocked is left out.
    Classifiers are not asked again: what they blocked has its outcome, and they mask nothing.
    """
    if brief.task == Task.TRANSLATE:  # each text stands alone
        return brief
    begins = question.parent_id is None
    shown = [question.pk] if begins else tree_of(question.conversation).path_to(question.pk)
    images = images_seen(shown) if brief.target.version.reads_images else {}
    earlier = [] if begins else _exchanges(shown)
    policy = None if begins else policy_active(brief.own).without_classifiers()
    asked: list[str] = []
    turns: list[Turn] = []
    for turn in question.conversation.given:
        turns.append(turn)
        if turn["role"] == "user":
            asked.append(turn["content"])
    for generation in earlier:
        text = generation.question.text
        verdict = check_text(text=text, stage="input", language=detect_language(text), policy=policy)
        if verdict.action != "block" and generation.answer is not None:
            asked.append(verdict.text)
            content = content_of(verdict.text, images.get(generation.question_id, ()))
            turns.append({"role": "user", "content": content})
            turns.append({"role": "assistant", "content": generation.answer.text})
    if question.conversation.key_id:  # a program asks: it sees no button
        brief = replace(brief, wish=None if brief.wish == "person" else brief.wish)
        brief = with_people(brief, question.conversation.assistant, "")
    elif question.conversation.assistant.escalates:
        people: People = "asked" if handover_calls(question.conversation) else ""
        brief = with_people(brief, question.conversation.assistant, people)
    if brief.wish == "help" and QuestionFile.objects.filter(message__in=shown).exists():
        brief = replace(brief, wish=None)  # "Help me" is asked about what was brought
    context = context_of(hanging(brief.question, brief.language), asked, brief.language)
    answers = [str(turn["content"]) for turn in turns if turn["role"] == "assistant"]
    abroad = bool(answers) and quoted_across(answers[-1], brief.language)
    history = () if brief.quotes else turns
    before = asked[-1] if context else ""
    return replace(
        brief, context=context, before=before, abroad=abroad, history=history, images=images.get(question.pk, ())
    )


def _exchanges(shown: Sequence[UUID]) -> list[Generation]:
    """The last answers among these messages that were shown, oldest first."""
    answers = Generation.objects.filter(answer__in=shown).exclude(outcome=Outcome.BLOCKED).exclude(answer__text="")
    newest = answers.select_related("question", "answer").order_by("-answer__position")[:EXCHANGES]
    return list(newest)[::-1]
