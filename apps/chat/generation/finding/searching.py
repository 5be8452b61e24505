"""What is searched for: the question, with what it leaves unsaid, or in the words of the documents."""

from dataclasses import replace
from typing import Literal, NamedTuple

from apps.core.codes import codes_held, codes_of
from apps.core.fences import holds_code
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import asearch

from ..asking.coded import asks_for_code, wanted_of_code
from ..asking.elsewhere import is_elsewhere
from ..asking.facts import Fact, fact_of
from ..asking.followup import asks_of_another, beside_it, of_another, speaks_of, stands_alone, told_alone
from ..asking.greetings import Greeting, greeting_of
from ..asking.sameness import group_key
from ..asking.vague import is_vague
from ..brief import Brief
from ..narrowing import SURE, as_likely, best_of, only, only_where
from ..quoting.another import is_of_another
from ..quoting.choice import answers
from ..quoting.prices import (
    ASKED,
    WORDS,
    articles_called,
    holds,
    may_price,
    names_price,
    priced,
    prices,
    prices_another,
    prices_nothing,
    row_prices,
)
from ..quoting.procedures import says_how
from ..quoting.rows import words_held
from .crossing import crossed, may_cross
from .fitting import fitting

PASSAGES = 5
MOST_ALIKE = 2  # rows that are said for one name
MOST_NAMES = 2  # of an article in a question for its price
# Below it another way of asking is tried.
UNSURE = 0.5
# From here on a sentence that has the form of a fact is taken for it.
STATED = 0.4
# What the asker is asked back: what it is about, the price of what, or of which of such things; or told what the
# assistant is for.
Back = Literal["", "subject", "price", "price_of", "itself"]
# The phrase that is said whatever was found, where one is.
Apart = Greeting | Literal["", "no"]


class Searched(NamedTuple):
    """The brief without its context where the question stands by itself, and at most one of `back` and `apart`."""

    brief: Brief
    found: Retrieval
    back: Back = ""
    apart: Apart = ""


async def searched(brief: Brief) -> Searched:
    """What is found and made of it in the question's own language; where that is no answer, in the other one."""
    greeting = greeting_of(brief.question, brief.language)
    own = await _in_its_language(brief, greeting)
    if _speaks_of_another(brief, own):
        own = own._replace(apart="no")
    _itself, found, back, apart = own
    # Where documents speak of the thing without its price, a price in the other language is another thing's, unless
    # a number says that it is not.
    unsaid = back and (back != "price_of" or not codes_of(brief.question))
    if unsaid or greeting or is_elsewhere(brief.question, brief.language, found):
        return own
    if not may_cross(brief):
        return own
    answer = await crossed(brief, found, unmet=bool(back or apart), limit=PASSAGES)
    crossing = Searched(brief, answer)
    return own if answer is found or _speaks_of_another(brief, crossing) else crossing


def _speaks_of_another(brief: Brief, one: Searched) -> bool:
    """A model that writes freely judges by itself, and in an emergency all that is known is of use."""
    quoted = brief.verbatim and not brief.emergency and not one.back and not one.apart
    said = filter(None, (brief.question, brief.message))
    return quoted and any(is_of_another(asked, one.found) for asked in said)


async def _in_its_language(brief: Brief, greeting: Greeting | None) -> Searched:
    """What is found, and what the rules for short questions make of it.

    They hold neither in an emergency nor where something is found below that very question as its heading; and but
    for greetings not where something else says what is meant: what was asked before, or what was brought.
    """
    brief, found = await _in_context(brief)
    found_there = found.confidence >= brief.threshold and _is_heading(brief, found)
    if brief.emergency or found_there:
        return Searched(brief, found)
    if greeting:
        return Searched(brief, found, apart=greeting)
    if brief.context or brief.brought or brief.images:
        return Searched(brief, found)
    return await _by_form(brief, found)


def _is_heading(brief: Brief, found: Retrieval) -> bool:
    """Whether something that was found stands below that very question: the documents know what is meant."""
    asked = group_key(brief.question, brief.language)
    headings = (one.heading.rpartition(" › ")[2] for one in found.passages)
    return any(group_key(heading, brief.language) == asked for heading in headings)


async def _by_form(brief: Brief, found: Retrieval) -> Searched:
    """What a question gets that stands alone, by how it asks."""
    question, language = brief.question, brief.language
    if is_elsewhere(question, language, found):
        return Searched(brief, found, apart="no")
    if fact := fact_of(question, language):
        return await _of_the_house(brief, fact, found)
    if not brief.verbatim:
        return Searched(brief, found)
    if found.confidence < UNSURE and asks_for_code(question) and (wanted := wanted_of_code(question)):
        of_code = await _of_code(brief, wanted, found)
        if of_code is not found:
            return Searched(brief, of_code)
    of = priced(question, language, best_of(found))
    if of and not is_vague(of, language):
        return Searched(brief, *await _of_price(brief, of, found))
    return Searched(brief, found, _unsaid(brief, found, prices_it=bool(of)))


async def _of_the_house(brief: Brief, fact: Fact, found: Retrieval) -> Searched:
    """What states the fact, if a search for it finds that likely enough; else what was found first."""
    best = best_of(found)
    if best and found.confidence >= brief.threshold and fact.stated_by(best):
        return Searched(brief, found)
    for words in fact.searches(brief.question, brief.language):
        if stated := await _stated(brief, fact, words):
            return Searched(brief, stated)
    answers = found.confidence >= (SURE if fact.must else brief.threshold)
    if fact.itself and not answers and not brief.history:
        return Searched(brief, found, back="itself")
    return Searched(brief, found, apart="" if answers else "no")


async def _stated(brief: Brief, fact: Fact, words: str) -> Retrieval | None:
    """What a search for these words finds that states the fact, if it is likely enough or stands below its name."""
    again = await _found(brief, brief.question, words)
    enough = max(brief.threshold, STATED)
    stated = as_likely(only(again, fact.stated_by), best_of(again))
    if stated.confidence >= enough:
        return stated
    named = only_where(stated, lambda home, _one: fact.named_above(home))
    return replace(named, confidence=enough, missing=0.0) if named.passages else None


async def _of_code(brief: Brief, wanted: str, found: Retrieval) -> Retrieval:
    """What is found without the words that only ask for a command or an example, where that is below code and
    likelier: a page that holds a command hardly calls it one.
    """
    again = await _found(brief, brief.question, wanted)
    best = again.passages[0] if again.passages else None
    likelier = best and again.confidence > found.confidence and holds_code(best.text)
    return replace(again, question=found.question) if likelier else found


async def _of_price(brief: Brief, of: str, found: Retrieval) -> tuple[Retrieval, Back]:
    """The search's best sentence where it names a price, else one that names that of this very thing. It is asked
    back, prices first, where the best one does not say how much in any other way either. A row that has the thing's
    price goes before what does not name it. Where an article is asked for, no price is said of another one, nor of
    one that neither the sentence names nor what stands above it.
    """
    best = best_of(found)
    if best is None or found.confidence < brief.threshold:
        return found, ""
    home = next(one for one in found.passages if best in one.sentences)
    above = f"{home.title}\n{home.heading}"
    codes, named_like_it = codes_of(of), holds(of)
    said = best.text if codes_of(best.text) else home.text[: best.end]
    another = codes_held(codes, f"{above}\n{said}") < len(codes)
    if codes or not named_like_it(best):
        listed = as_likely(_listed(found, of), best)
        if listed.confidence >= brief.threshold:
            return listed, ""
    its_own = names_price(best) and not codes and not prices_another(of)(best)
    if its_own and named_like_it(replace(best, text=f"{above}\n{best.text}")):
        return found, ""
    others = await _found(brief, brief.question, f"{of} {WORDS[brief.language]}")
    named = as_likely(_listed(others, of), best_of(others))
    articles = articles_called((one.heading for one in found.passages), of)
    if named.confidence < brief.threshold and articles:
        words = ASKED[brief.language].format(" ".join(articles[:MOST_NAMES]))
        numbered = await _found(brief, brief.question, words)
        named = as_likely(_listed(numbered, *articles), best_of(numbered))
    if named.confidence >= brief.threshold:
        return named, ""
    if may_price(of, best, f"{above}\n{said}") and not another:
        return found, ""
    near = only(others, lambda one: names_price(one) and named_like_it(one))
    first = {one.passage_id for one in near.passages}
    rest = (one for one in found.passages if one.passage_id not in first)
    return replace(found, passages=(*near.passages, *rest)), "price_of"


def _listed(found: Retrieval, *things: str) -> Retrieval:
    """What says the price of one of these, or else the rows that have it. Of more than two rows about what is
    called so nobody knows which is meant.
    """
    said = only(found, lambda one: any(prices(of)(one) for of in things))
    if said.passages:
        return said
    rows = only(found, lambda one: any(row_prices(of)(one) for of in things))
    several = sum(len(passage.sentences) for passage in rows.passages) > MOST_ALIKE
    return replace(rows, passages=()) if several and not codes_of(" ".join(things)) else rows


def _unsaid(brief: Brief, found: Retrieval, *, prices_it: bool) -> Back:
    """Where the documents have one price alone, it is clear enough."""
    question, language = brief.question, brief.language
    if prices_it or prices_nothing(question, language):
        sections = {(one.document_id, one.heading) for one in only(found, names_price).passages}
        return "price" if len(sections) > 1 else ""
    return "subject" if is_vague(question, language) else ""


async def _in_context(brief: Brief) -> tuple[Brief, Retrieval]:
    alone = await _found(brief, brief.question)
    if not brief.context:
        return brief, alone
    together = await _found(brief, brief.whole_question)
    if stands_alone(brief.question, brief.language, alone, together):
        return replace(brief, context=""), alone
    if articles := codes_of(brief.context):
        alone, together = (_of_articles(one, articles) for one in (alone, together))
    if asks_of_another(brief.question, brief.language) and not speaks_of(brief.context, brief.language, together):
        before = await _found(brief, brief.before)
        beside = beside_it(brief.question, brief.language, before)
        if beside.confidence >= brief.threshold:
            return brief, replace(beside, question=together.question)
    if _asks_another_way(brief, alone, together):
        return brief, alone
    found = of_another(brief.question, brief.language, alone, together, brief.threshold)
    if not answers(brief, found) and told_alone(brief.question, brief.language, alone, together):
        return brief, alone if answers(brief, alone) else found
    return brief, found


def _asks_another_way(brief: Brief, alone: Retrieval, together: Retrieval) -> bool:
    """Whether the heading above what was found for the question by itself names what it asks how to do, and that
    above what was found together, by the words before, does not: "How do I register?", "And how do I top it up?"
    """
    if not says_how(brief.question) or not told_alone(brief.question, brief.language, alone, together):
        return False
    return _is_headed(brief, alone) and not _is_headed(brief, together)


def _is_headed(brief: Brief, found: Retrieval) -> bool:
    best = best_of(found)
    headings = (one.heading.rpartition(" › ")[2] for one in found.passages if best in one.sentences)
    return any(words_held(brief.question, heading) for heading in headings)


def _of_articles(found: Retrieval, codes: frozenset[str]) -> Retrieval:
    """Without what is about other articles alone."""

    def is_about(home: RankedPassage, one: RankedSentence) -> bool:
        text = f"{home.heading}\n{one.text}"
        return not codes_of(text) or codes_held(codes, text) > 0

    return as_likely(only_where(found, is_about), best_of(found))


async def _found(brief: Brief, asked: str, words: str = "") -> Retrieval:
    """What is found for what was `asked`, or for the `words` that documents may have for it."""
    found = await asearch(collection_ids=brief.collection_ids, question=words or asked, limit=PASSAGES)
    return fitting(found, brief.question, f"{brief.message} {asked}" if brief.message else asked)
