"""The best sentences once more, by a model that reads each together with the question, where there is one."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import mul
from typing import Any

from apps.core.chances import log_odds
from apps.core.errors import ApplicationError
from apps.core.fences import on_one_line
from apps.inference import services as inference
from apps.registry.selectors import Target

from ..indexing.glossary import glossed
from ..models import Passage
from .candidates import Candidate
from .sentences import ScoredSentence
from .types import Language

logger = logging.getLogger(__name__)

READ_ACROSS = 2  # sentences in the other language: those that are said
READ = 10  # sentences; each costs time, and hardly an answer lies further down
# Characters of each: a list or a row of a table may be much longer than a sentence.
LONGEST: dict[Language, int] = {"en": 400, "zh": 160}
WEIGHT = 1.0  # of the model's log-odds beside the features' score, where the model says nothing else
SECONDS = 2.0  # somebody waits, and the order by features is nearly as good


@dataclass(frozen=True)
class Wishes:
    """What the model's config says of its use in a language: whether it reads it, with the glossary's English words
    for Chinese, and with what stands above a sentence; its log-odds' weight; and how it changes the confidence
    (None: not at all): weights of the confidence's own log-odds, of the model's best, of the missing words' weight
    and share (`missing_words`), and a bias. `kb_fit` fits these. Where the best sentence stands in long prose under
    no heading, as in an encyclopedia, it may change it in another way (None: in the same one).
    """

    reads: bool = True
    glossed: bool = False
    places: bool = False
    weight: float = WEIGHT
    confidence: tuple[float, ...] | None = None
    without_heading: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Reread:
    """The sentences in the new order; the best chance, 0 to 1, that a sentence of each candidate read answers; and
    how these change the confidence.
    """

    sentences: list[ScoredSentence]
    chances: dict[int, float]
    weights: tuple[float, ...] | None

    def sure(self, confidence: float, missing: tuple[float, float]) -> float:
        """The confidence, told before, with what the model found."""
        if self.weights is None:
            return confidence
        known = (log_odds(confidence), log_odds(max(self.chances.values())), *missing, 1.0)
        return 1 / (1 + math.exp(-sum(map(mul, self.weights, known))))


def rerank(
    question: str,
    candidates: Sequence[Candidate],
    sentences: list[ScoredSentence],
    language: Language,
    *,
    seconds: float = SECONDS,
) -> Reread | None:
    """None where no reranker is there for the language, or it fails or takes longer than `seconds`.

    `sentences` best first. The model adds to a sentence's score; those that it has not read count as no better than
    the worst that it has.
    """
    target = inference.reranker_target()
    if target is None or not sentences:
        return None
    wishes = wishes_of(target, language)
    if not wishes.reads:
        return None
    texts = [_shown(candidates[one.passage].passage, one, language, wishes) for one in sentences[:READ]]
    asked, *texts = (glossed(text) or text for text in (question, *texts)) if wishes.glossed else (question, *texts)
    try:
        chances = inference.rerank_sync(target=target, query=asked, documents=texts, seconds=seconds)
    except ApplicationError as error:
        logger.warning("Not reranked by %s: %s", target.served_id, error)
        return None
    odds = [log_odds(chance) for chance in chances]
    odds += [min(odds)] * (len(sentences) - len(odds))
    read: list[float | None] = [*chances, *[None] * (len(sentences) - len(chances))]
    scored = [
        replace(one, score=one.score + wishes.weight * own, chance=chance)
        for one, own, chance in zip(sentences, odds, read, strict=True)
    ]
    best: dict[int, float] = {}
    for one, chance in zip(sentences, chances, strict=False):
        best[one.passage] = max(chance, best.get(one.passage, 0.0))
    scored.sort(key=lambda one: -one.score)
    otherwise = wishes.without_heading and _goes_on(candidates[scored[0].passage].passage)
    return Reread(scored, best, wishes.without_heading if otherwise else wishes.confidence)


def _goes_on(passage: Passage) -> bool:
    """Whether it is prose of a document that goes on under no heading, as an encyclopedia's does: not a page of one
    passage, nor one with headings below its title, and no lines of their own such as rows.
    """
    lines, sentences = passage.text.count("\n") + 1, len(passage.spans) // 2
    if passage.heading or passage.rows or 2 * lines > sentences:
        return False
    whole = Passage.objects.filter(document_id=passage.document_id)
    return not whole.exclude(heading="", rows=[]).exists() and whole.count() > 1


def chance_across(
    question: str, candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence]
) -> float | None:
    """The best chance, 0 to 1, of the best sentences in the other language than the question's. Both come to the
    model in English, through the glossary; None where no reranker reads Chinese so, or it fails or is late.
    """
    target = inference.reranker_target()
    wishes = wishes_of(target, "zh") if target else None
    if target is None or wishes is None or not (wishes.reads and wishes.glossed) or not sentences:
        return None
    best = [(candidates[one.passage].passage, one) for one in sentences[:READ_ACROSS]]
    texts = [_shown(home, one, "zh" if home.language == "zh" else "en", wishes) for home, one in best]
    asked, *texts = (glossed(text) or text for text in (question, *texts))
    try:
        return max(inference.rerank_sync(target=target, query=asked, documents=texts, seconds=SECONDS))
    except ApplicationError as error:
        logger.warning("Not reranked across languages by %s: %s", target.served_id, error)
        return None


def _shown(passage: Passage, one: ScoredSentence, language: Language, wishes: Wishes) -> str:
    """The sentence, below its heading or else its document's title."""
    text = on_one_line(passage.text[one.start : one.end])[: LONGEST[language]]
    place = (passage.heading.rsplit(" › ", 1)[-1] or passage.document.title) if wishes.places else ""
    return f"{place}: {text}" if place else text


def wishes_of(target: Target, language: Language) -> Wishes:
    """What is not understood counts as unsaid. The weights may be said for each language."""
    said: Any = target.version.config.get("task_specific_params") or {}
    said = said.get("rerank") if isinstance(said, dict) else {}
    said = said if isinstance(said, dict) else {}
    languages, glosses = said.get("languages"), said.get("glossed")
    weight, confidence, without_heading = (
        _of(said.get(name), language) for name in ("weight", "confidence", "without_heading")
    )
    return Wishes(
        not languages or not isinstance(languages, list) or language in languages,
        isinstance(glosses, list) and language in glosses,
        said.get("places") is True,
        float(weight) if isinstance(weight, int | float) else WEIGHT,
        _numbers(confidence),
        _numbers(without_heading),
    )


def _of(said: Any, language: Language) -> Any:
    return said.get(language) if isinstance(said, dict) else said


def _numbers(said: Any) -> tuple[float, ...] | None:
    if isinstance(said, list) and len(said) == 5 and all(isinstance(one, int | float) for one in said):
        return tuple(map(float, said))
    return None
