"""Which procedure is told to who asks how to do something, in place of the best sentence."""

from collections.abc import Sequence
from dataclasses import replace

from apps.knowledge.retrieval.types import Retrieval

from .candidates import MARGIN, Candidate
from .howto import heading_words
from .procedures import (
    Part,
    Procedure,
    asks_for_steps,
    asks_which_step,
    is_step,
    names_it,
    only_procedure,
    procedure_at,
    says_how,
    steps_within,
)

_TELLING = 2  # words, in Chinese pairs of characters, of the question in a heading that names what is asked


def the_way(question: str, found: Retrieval, sources: Sequence[Candidate]) -> Candidate | None:
    """The best sentence, standing for the whole procedure that it is of, to who asks how to do something, which
    step comes when, or names its heading; or a step that is nearly as good, below a heading that says no less of
    what is asked.
    """
    best = max(sources, key=lambda one: one.score)
    asks = says_how(question)
    if not asks and not asks_which_step(question, best.passage) and not names_it(question, best.passage):
        return None
    whole = procedure_at(best.passage, best.start)
    if whole is None and asks and heading_words(found, best.passage):
        whole = _led_to(best, only_procedure(found, best.passage))
    if whole is None and asks:
        return _named_as_well(question, found, sources, best)
    return replace(best, procedure=whole) if whole else None


def without_steps(question: str, sources: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """A step by itself tells nobody how to do something."""
    if not says_how(question):
        return tuple(sources)
    return tuple(one for one in sources if not is_step(one.passage, one.start))


def _named_as_well(
    question: str, found: Retrieval, sources: Sequence[Candidate], best: Candidate
) -> Candidate | None:
    held = heading_words(found, best.passage)
    for one in sorted(sources, key=lambda one: -one.score):
        words = heading_words(found, one.passage)
        near = best.score - one.score <= MARGIN[one.passage.language] or asks_for_steps(question)
        if near and len(words) >= _TELLING and words >= held and is_step(one.passage, one.start):
            whole = only_procedure(found, one.passage)
            return replace(one, procedure=whole) if whole else None
    return None


def _led_to(best: Candidate, found: Procedure | None) -> Procedure | None:
    """A procedure of whose section a sentence answers better than any step: that is said first."""
    if found is None or best.code or best.row:
        return None
    excerpt = _with_steps(best, found) or best.excerpt or best.text
    lead_in = Part(best.passage, best.said or best.text, excerpt, best.page, leads=True)
    return replace(found, parts=(lead_in, *found.parts))


def _with_steps(best: Candidate, found: Procedure) -> str:
    """Both as one excerpt, where the steps stand with the sentence, so that one source tells of all."""
    steps = found.parts[0]
    begins, ends = steps_within(best.passage, replace(found, parts=(steps,)))
    if begins == ends or steps.page != best.page:
        return ""
    said = len(best.excerpt or best.text)
    return best.passage.text[min(begins, best.start) : max(ends, best.start + said)]
