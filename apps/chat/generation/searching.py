"""What is searched for: the question, with what it leaves unsaid, or in the words of the documents."""

from dataclasses import replace
from typing import Literal

from apps.knowledge.retrieval.types import Retrieval
from apps.knowledge.services import asearch

from .brief import Brief
from .elsewhere import subjects_of
from .facts import Fact, fact_of
from .followup import stands_alone
from .greetings import greeting_of
from .narrowing import best_of, only
from .prices import WORDS, compares, counts, holds, names_price, priced, prices, prices_nothing
from .vague import is_heading, is_vague

PASSAGES = 5
# What the asker is asked back: what it is about, the price of what, or of which of such things; or told what the
# assistant is for.
Back = Literal["", "subject", "price", "price_of", "itself"]


async def searched(brief: Brief) -> tuple[Brief, Retrieval, Back]:
    """What is found, the brief without its context where the question stands by itself, and what to ask back."""
    brief, found = await _in_context(brief)
    question, language = brief.question, brief.language
    if brief.context or brief.brought or brief.images or brief.emergency:
        return brief, found, ""
    if greeting_of(question, language) or subjects_of(question, language):
        return brief, found, ""
    if fact := fact_of(question, language):
        return brief, *await _of_the_house(brief, fact, found)
    if not brief.verbatim:
        return brief, found, ""
    of = priced(question, language)
    if of and not is_vague(of, language):
        return brief, *await _of_price(brief, of, found)
    return brief, found, _unsaid(brief, found, prices_it=bool(of))


async def _of_the_house(brief: Brief, fact: Fact, found: Retrieval) -> tuple[Retrieval, Back]:
    """What states the fact, whatever the search makes of such words."""
    best = best_of(found)
    if best and found.confidence >= brief.threshold and fact.stated_by(best):
        return found, ""
    stated = only(await _found(brief, f"{brief.question} {fact.words[brief.language]}"), fact.stated_by)
    if stated.passages:
        return replace(stated, confidence=max(stated.confidence, brief.threshold)), ""
    if fact.must:
        found = replace(found, confidence=0.0)
    says_itself = fact.itself and found.confidence < brief.threshold and not brief.history
    return found, "itself" if says_itself else ""


async def _of_price(brief: Brief, of: str, found: Retrieval) -> tuple[Retrieval, Back]:
    """The search's best sentence where it names a price, else one that names that of this very thing. Only where
    the best one is about something else, or several prices are in question, it is asked back, prices first.
    """
    best = best_of(found)
    if best is None or found.confidence < brief.threshold or names_price(best):
        return found, ""
    others = await _found(brief, f"{of} {WORDS[brief.language]}")
    named = only(others, prices(of))
    if named.passages and named.confidence >= brief.threshold:
        return named, ""
    named_like_it = holds(of)
    near = only(others, lambda one: names_price(one) and named_like_it(one))
    compete = sum(len(one.sentences) for one in near.passages) > 1
    if counts(best) or (named_like_it(best) and not compete and not compares(best)):
        return found, ""
    first = {one.passage_id for one in near.passages}
    rest = (one for one in found.passages if one.passage_id not in first)
    return replace(found, passages=(*near.passages, *rest)), "price_of"


def _unsaid(brief: Brief, found: Retrieval, *, prices_it: bool) -> Back:
    """Where the documents have that very question, or one price alone, it is clear enough."""
    question, language = brief.question, brief.language
    if prices_it or prices_nothing(question, language):
        sections = {(one.document_id, one.heading) for one in only(found, names_price).passages}
        return "price" if len(sections) > 1 else ""
    return "subject" if is_vague(question, language) and not is_heading(question, language, found) else ""


async def _in_context(brief: Brief) -> tuple[Brief, Retrieval]:
    alone = await _found(brief, brief.question)
    if not brief.context:
        return brief, alone
    together = await _found(brief, brief.whole_question)
    if stands_alone(brief.question, brief.language, alone, together):
        return replace(brief, context=""), alone
    return brief, together


async def _found(brief: Brief, question: str) -> Retrieval:
    return await asearch(collection_ids=brief.collection_ids, question=question, limit=PASSAGES)
