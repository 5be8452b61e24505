"""What the documents in the other language say, where those in the asker's own do not answer."""

from dataclasses import replace

from apps.core.codes import codes_held, codes_of
from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.knowledge.services import across_holds, asearch_across, has_word_of, wider

from .brief import Brief
from .choice import choice_of
from .facts import fact_of
from .narrowing import SURE, as_likely, best_of, only
from .prices import names_price, priced


async def crossed(brief: Brief, found: Retrieval, *, unmet: bool, limit: int) -> Retrieval:
    """`found` in the question's own language, or what to answer from instead.

    `unmet`: no answer is made of `found`, however sure it is.
    """
    unmet = unmet or (brief.verbatim and not choice_of(brief, found).sources)
    if not unmet and found.confidence >= brief.threshold and not found.unknown:
        return found
    across = await asearch_across(collection_ids=brief.collection_ids, question=brief.whole_question, limit=limit)
    across = _of_the_form(brief, across)
    if unmet and found.passages:
        return across if across_holds(found, across, brief.threshold) else found
    return wider(found, across, brief.threshold)


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

    def is_of_it(passage: RankedPassage, text: str) -> bool:
        if codes:
            return codes_held(codes, f"{passage.title}\n{passage.heading}\n{text}") == len(codes)
        return across.confidence >= SURE or has_word_of(of, f"{passage.heading}\n{text}")

    def there(passage: RankedPassage) -> RankedPassage:
        return replace(passage, sentences=tuple(one for one in passage.sentences if is_of_it(passage, one.text)))

    return only(replace(across, passages=tuple(map(there, across.passages))), names_price)
