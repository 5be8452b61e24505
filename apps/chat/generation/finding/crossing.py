"""What the documents in the other language say, where those in the asker's own do not answer."""

from dataclasses import replace

from apps.core.codes import codes_held, codes_of
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import across_holds, asearch_across, settled, wider, words_shared

from ..asking.facts import fact_of
from ..asking.vague import is_vague
from ..brief import Brief
from ..narrowing import SURE, as_likely, best_of, only, only_where
from ..quoting.choice import choice_of
from ..quoting.prices import names_price, priced, prices_nothing
from .fitting import fitting


def may_cross(brief: Brief) -> bool:
    """Whether the other language is asked at all. What hangs on the questions before it is about what its own
    language told of, unless that was quoted from the other one, too; but a question that names an article, or asks
    for the house, says enough. A vague one never crosses, unless for the price of an article.
    """
    question, language = brief.question, brief.language
    if not brief.context or codes_of(question) or fact_of(question, language):
        return True
    price_of_article = prices_nothing(question, language) and bool(codes_of(brief.context))
    return brief.abroad and (price_of_article or not is_vague(question, language))


async def crossed(brief: Brief, found: Retrieval, *, unmet: bool, limit: int) -> Retrieval:
    """`found` in the question's own language, or what to answer from instead.

    `unmet`: no answer is made of `found`, however sure it is. That what answers was said before is no reason to
    look elsewhere: the other language mostly says the same.
    """
    unmet = unmet or (brief.verbatim and not choice_of(replace(brief, said=()), found).sources)
    if not unmet and _is_settled(brief, found):
        return found
    all_said = await asearch_across(collection_ids=brief.collection_ids, question=brief.whole_question, limit=limit)
    across = _as_asked(brief, all_said)
    across = replace(across, same=_same(brief, all_said) if best_of(across) == best_of(all_said) else ())
    if unmet and found.passages:
        return across if across_holds(found, across, brief.threshold) else found
    return wider(found, across, brief.threshold)


def _as_asked(brief: Brief, said: Retrieval) -> Retrieval:
    """Seen through what an answer in any language has to hold."""
    held = fitting(said, brief.question, brief.whole_question)
    return _of_the_articles(codes_of(brief.context), _of_the_form(brief, held))


def _same(brief: Brief, across: Retrieval) -> tuple[RankedPassage, ...]:
    """What says the same in the own language; nothing where the sentence that does is not what is asked for."""
    said = replace(across, passages=across.same, across=False)
    held = _as_asked(brief, said)
    return held.passages if best_of(held) == best_of(said) else ()


def _is_settled(brief: Brief, found: Retrieval) -> bool:
    """Of what hangs on the questions before it its own language need not be so sure: these were about that."""
    if brief.context:
        return found.confidence >= brief.threshold and not found.unknown
    return settled(found, brief.threshold)


def _of_the_articles(codes: frozenset[str], across: Retrieval) -> Retrieval:
    """Of the articles that were spoken of before nothing but what names one."""
    if not codes:
        return across
    return as_likely(
        only_where(across, lambda home, one: codes_held(codes, _whole(home, one)) > 0), best_of(across)
    )


def _of_the_form(brief: Brief, across: Retrieval) -> Retrieval:
    """Of the house only what states such a fact, of a price only what names one, with the confidence of that."""
    fact = fact_of(brief.question, brief.language)
    if fact:
        return as_likely(only(across, fact.stated_by), best_of(across))
    if brief.verbatim and (of := priced(brief.question, brief.language)):
        return as_likely(_priced(across, of), best_of(across))
    return across


def _priced(across: Retrieval, of: str) -> Retrieval:
    """The sentences that name a price, of no other article than the one that is asked for; where none is, and the
    search is not sure, of what has a word of the thing through the glossary.
    """
    codes = codes_of(of)

    def is_of_it(home: RankedPassage, one: RankedSentence) -> bool:
        if not names_price(one):
            return False
        if codes:
            return codes_held(codes, _whole(home, one)) == len(codes)
        return across.confidence >= SURE or bool(words_shared(of, f"{home.heading}\n{one.text}"))

    return only_where(across, is_of_it)


def _whole(home: RankedPassage, one: RankedSentence) -> str:
    """With what stands above it, which may name the article."""
    return f"{home.title}\n{home.heading}\n{one.text}"
