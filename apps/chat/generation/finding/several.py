"""What is found for a message that asks in one sentence and tells in others: for that one, or for all of it."""

import asyncio
from dataclasses import replace

from ..asking.facts import fact_of
from ..asking.followup import context_of
from ..asking.several import Part, asked_among
from ..brief import Brief
from ..narrowing import best_of
from ..quoting.choice import answers
from ..quoting.rows import words_held
from .searching import Searched, searched

# From here on a clause is answered without the one before it, which may be a condition.
SURE = 0.5


async def searched_among(brief: Brief) -> Searched:
    """As `searched`. In an emergency all that is said counts. A model that writes freely gets the whole message."""
    part = None if brief.emergency else asked_among(brief.question, brief.language)
    if part is None:
        return await searched(brief)
    asking = _asking(brief, part)
    alone, whole = await asyncio.gather(searched(asking), searched(brief))
    found = alone
    if part.clause:
        found = alone if _answers(alone) and alone.found.confidence >= SURE and not _answers(whole) else whole
    elif _answers(whole):
        hangs = asking.before != brief.before
        found = whole if hangs or not _answers(alone) or _names_it(part, alone, whole) else alone
    return found if brief.verbatim else found._replace(brief=brief)


def _asking(brief: Brief, part: Part) -> Brief:
    """The question by itself, with what it leaves unsaid by what is told around it, or was asked before. Amounts,
    errors and deeds that are told still say what does not answer it.
    """
    brief = replace(brief, message=brief.question)
    context = "" if fact_of(part.question, brief.language) else context_of(part.question, part.told, brief.language)
    if not context:
        return replace(brief, question=part.question)
    return replace(brief, question=part.question, context=context, before=" ".join(part.told))


def _names_it(part: Part, alone: Searched, whole: Searched) -> bool:
    """Whether what is told names the thing that is asked about: with it the search is as sure of something else,
    which speaks of that.
    """
    told = " ".join(part.told)
    as_sure = whole.found.confidence >= alone.found.confidence
    return as_sure and bool(words_held(told, _best(whole)) - words_held(told, _best(alone)))


def _best(one: Searched) -> str:
    """The best sentence with the place it stands in."""
    best = best_of(one.found)
    home = next((home for home in one.found.passages if best in home.sentences), None)
    return f"{home.title}\n{home.heading}\n{best.text}" if home and best else ""


def _answers(one: Searched) -> bool:
    return not one.back and not one.apart and answers(one.brief, one.found)
