"""How a question is put to the model, and who reads what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from .asking.facts import of_the_house
from .asking.smalltalk import may_be_small_talk
from .brief import Brief, Turn
from .finding.searching import Apart
from .phrases import DECLINING, aside
from .pieces import Source, Text
from .prompt import free_messages, verbatim_messages
from .quoting.candidates import Candidate
from .quoting.choice import Choice, asks_the_same, choice_of
from .quoting.citations import CitationReader
from .quoting.grammar import verbatim_grammar
from .quoting.labels import LabelReader
from .quoting.support import support

FREE_TOKENS = 800
MOST_TOKENS = 1024
LABEL_TOKENS = 16
# How likely an answer is right that says something else than an earlier one did (docs/decisions/0015).
ANOTHER = 0.2
# At least how likely right an answer is whose heading is the question itself, as in a list of questions.
ITSELF = 0.9


class Reader(Protocol):
    """Reads what a model says: `label` is what a verbatim one chose first, `outcome` how it came out."""

    label: str | None

    @property
    def outcome(self) -> str: ...
    def feed(self, text: str) -> list[Source | Text]: ...
    def finish(self) -> list[Source | Text]: ...


@dataclass(frozen=True)
class Plan:
    """`passages` are those that the model gets to see, `confidence` how likely an answer from them is right."""

    messages: list[Turn]
    grammar: str | None
    max_tokens: int
    reader: Reader
    passages: tuple[RankedPassage, ...]
    confidence: float = 0.0


def plan_for(brief: Brief, retrieval: Retrieval, apart: Apart = "") -> Plan:
    """A search that is not sure enough gives the model nothing to quote, so that it can only decline or greet; nor
    does one for what stands `apart`, which a model that writes freely judges by itself.
    """
    found = retrieval.confidence >= brief.threshold
    if not brief.verbatim:
        passages = retrieval.passages if found else ()
        known = {passage.passage_id for passage in brief.cited}
        passages = (*brief.cited, *(passage for passage in passages if passage.passage_id not in known))
        messages = free_messages(
            brief.question,
            brief.language,
            passages,
            name=brief.name,
            instructions=brief.instructions,
            history=brief.history,
            images=brief.images,
        )
        if brief.begun:
            messages.append({"role": "assistant", "content": brief.begun.text})
        reader = CitationReader(passages, brief.begun)
        return Plan(messages, None, FREE_TOKENS, reader, passages, retrieval.confidence)
    choice = choice_of(brief, retrieval)
    sources = () if apart else choice.sources
    in_kind: dict[str, str] = {word: text for word, text in brief.phrases.items() if word == apart}
    phrases = in_kind or _phrases(brief, retrieval, sources, found)
    return Plan(
        messages=verbatim_messages(brief.whole_question, brief.language, sources, brief.images),
        grammar=verbatim_grammar([source.text for source in sources], phrases, choice.most, choice.least),
        max_tokens=_enough(sources, brief.phrases.values(), brief.max_sentences),
        reader=LabelReader(
            sources,
            brief.phrases,
            aside("across", brief.language) if retrieval.across else "",
            language=brief.language,
        ),
        passages=tuple({home.passage_id: home for source in sources for home in _homes(source)}.values()),
        confidence=_support(brief, retrieval, choice),
    )


def _homes(source: Candidate) -> tuple[RankedPassage, ...]:
    """The passages that it quotes."""
    return tuple(part.passage for part in source.procedure.parts) if source.procedure else (source.passage,)


def _support(brief: Brief, retrieval: Retrieval, choice: Choice) -> float:
    """How likely it is right. Across languages the search's confidence was fitted on right answers already."""
    most = ANOTHER if brief.said else 1.0
    if retrieval.across:
        return min(retrieval.confidence, most)
    least = ITSELF if choice.sources and asks_the_same(choice.sources[0].passage, brief) else 0.0
    return min(max(support(retrieval.confidence, choice.lead, retrieval.language), least), most)


def _phrases(brief: Brief, retrieval: Retrieval, sources: tuple[Candidate, ...], found: bool) -> dict[str, str]:
    """What may be said instead of what was found. Nobody only wants to talk whose words the documents know, or who
    wrote of something else; and in an emergency all that is known is of use.
    """
    if sources and (brief.emergency or retrieval.across or retrieval.missing < 1):
        return {}
    talks = (not found or retrieval.missing >= 1) and may_be_small_talk(brief.question)
    talks = talks and not of_the_house(brief.question, brief.language)
    return brief.phrases if talks else {DECLINING: brief.phrases[DECLINING]}


def _enough(sources: tuple[Candidate, ...], phrases: Iterable[str], max_sentences: int) -> int:
    """Room for the longest possible answer: hardly any tokenizer needs more tokens than characters."""
    longest = sorted((len(source.text) for source in sources), reverse=True)[:max_sentences]
    room = max(sum(longest), *(len(text) for text in phrases)) + LABEL_TOKENS * max_sentences
    return min(room, MOST_TOKENS)
