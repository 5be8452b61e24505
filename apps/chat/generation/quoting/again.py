"""What is said instead of an answer that its reader has and does not want."""

from collections.abc import Sequence

from apps.core.chances import log_odds
from apps.knowledge.retrieval.types import Retrieval

from .candidates import MARGIN, Candidate, candidates


def others(retrieval: Retrieval, said: Sequence[str], threshold: float, asked: str = "") -> tuple[Candidate, ...]:
    """Candidates that say something else than `said`. The search's confidence is its best sentence's; one whose
    score lies lower is as much less sure, and has to reach the threshold by itself; and nothing is said instead
    that would not be said beside it: who doubts a right answer is not told a wrong one. What is said with the
    first one comes with it. Behind a row of a table its other rows are about something else.
    """
    best = max((one.score for passage in retrieval.passages for one in passage.sentences), default=0.0)
    by_itself = best + log_odds(threshold) - log_odds(retrieval.confidence)
    bar = max(by_itself, best - MARGIN[retrieval.language])
    first = next(iter(candidates(retrieval, asked=asked)), None)
    found = [one for one in candidates(retrieval, said, asked) if not (first and _is_of_its_table(one, first))]
    sure = bool(found) and found[0].score >= bar
    return tuple(one for one in found if one.score >= bar or (sure and (one.leads_in or one.asked_for)))


def _is_of_its_table(one: Candidate, first: Candidate) -> bool:
    home, other = one.passage, first.passage
    return one.row and first.row and (home.document_id, home.heading) == (other.document_id, other.heading)
