"""Which sentences of what was found a verbatim answer is made of, or none."""

from dataclasses import dataclass
from itertools import takewhile

from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ..asking.sameness import normal_form
from ..brief import Brief
from ..narrowing import best_of
from .across_rows import across_rows
from .again import others
from .candidates import RUNNING, Candidate, candidates, in_reading_order, lead, worth_saying
from .procedures import steps_within
from .the_way import the_way, without_steps

# Below this confidence what was found is only said if it stands out: of alike sentences none is the answer.
SURE, STANDS_OUT = 0.5, 0.75
# How far below the best one's score a sentence may lie that is said beside it across languages
# (docs/decisions/0015).
ACROSS = 2.0


@dataclass(frozen=True)
class Choice:
    """`sources` may be said, of them `least` to `most` are; `lead` is how far these stand out."""

    sources: tuple[Candidate, ...]
    least: int
    most: int
    lead: float


def choice_of(brief: Brief, retrieval: Retrieval) -> Choice:
    """Without sources where the search is not sure enough."""
    found = retrieval.confidence >= brief.threshold
    sources = _sources(brief, retrieval) if found else ()
    least, most = brief.min_sentences, _most(brief, sources)
    clear = stands_out = lead(sources, most)
    if least > 1:  # else the model chooses how many
        most = min(most, worth_saying(sources))
    if whole := _whole(brief, retrieval, sources):
        sources, least, most, stands_out = (whole,), 1, 1, _lead_of(whole, sources, retrieval)
        clear = max(clear, stands_out)
    elif not brief.said and len(alone := without_steps(brief.question, sources)) < len(sources):
        sources, most = alone, min(most, max(1, worth_saying(alone))) if least > 1 else most
    if retrieval.across:  # the model reads one language at a time: what is said is the search's choice
        sources = tuple(one for one in sources if _is_near(one, sources[0]))
        least = min(brief.max_sentences, worth_saying(sources))
        sources = sources[:least]
    elif retrieval.confidence < SURE and clear < STANDS_OUT and not brief.emergency:
        sources = ()
    if min(most, least) > 1:  # else the best one stands alone, or the model chooses
        sources = in_reading_order(sources)
    return Choice(sources, least, most, stands_out)


def _whole(brief: Brief, retrieval: Retrieval, sources: tuple[Candidate, ...]) -> Candidate | None:
    """ "Answer again" tells no procedure, and no table."""
    if not sources or brief.said:
        return None
    return across_rows(brief.question, retrieval, sources) or the_way(brief.question, retrieval, sources)


def _lead_of(whole: Candidate, sources: tuple[Candidate, ...], retrieval: Retrieval) -> float:
    """Above what is no part of the procedure, below 0 where it goes before a better sentence, be that left out."""
    itself = (whole.passage, whole.start)
    rest = [one for one in sources if (one.passage, one.start) != itself and not _is_within(one, whole)]
    scores = [one.score for one in rest] or [whole.score - RUNNING]
    best = best_of(retrieval)
    if best is not None and best.score > max(one.score for one in sources):
        scores.append(best.score)
    return whole.score - max(scores)


def _is_within(one: Candidate, whole: Candidate) -> bool:
    """Whether a sentence is said with the procedure."""
    if whole.procedure is None:
        return False
    begins, ends = steps_within(one.passage, whole.procedure)
    return begins <= one.start < ends


def answers(brief: Brief, retrieval: Retrieval) -> bool:
    """Whether an answer is made of it."""
    return bool(choice_of(brief, retrieval).sources) if brief.verbatim else retrieval.confidence >= brief.threshold


def _is_near(one: Candidate, best: Candidate) -> bool:
    return one.leads_in or one.asked_for or best.score - one.score <= ACROSS


def _sources(brief: Brief, retrieval: Retrieval) -> tuple[Candidate, ...]:
    if brief.said:
        return others(retrieval, brief.said, brief.threshold, brief.question)
    return candidates(retrieval, asked=brief.question)


def _most(brief: Brief, sources: tuple[Candidate, ...]) -> int:
    """How many sentences may be said. A passage whose heading is the question answers it by itself."""
    if brief.min_sentences < 2 or not sources:  # left to the model
        return brief.max_sentences
    first = sources[0].passage
    if asks_the_same(first, brief):
        return min(brief.max_sentences, sum(1 for _ in takewhile(lambda one: one.passage is first, sources)))
    return brief.max_sentences


def asks_the_same(passage: RankedPassage, brief: Brief) -> bool:
    """Whether the heading is the question itself, as in a list of questions."""
    asked = normal_form(passage.heading.rpartition(" › ")[2], brief.language)
    return bool(asked) and asked == normal_form(brief.question, brief.language)
