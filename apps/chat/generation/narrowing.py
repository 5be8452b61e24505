"""What was found, seen through what an answer has to hold."""

from collections.abc import Callable
from dataclasses import replace

from apps.core.chances import chance_of, log_odds
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

# A search that is as sure is believed, whatever form an answer should have.
SURE = 0.8
Fits = Callable[[RankedSentence], bool]


def best_of(found: Retrieval) -> RankedSentence | None:
    return min(
        (one for passage in found.passages for one in passage.sentences), key=lambda one: one.rank, default=None
    )


def only(found: Retrieval, fits: Fits) -> Retrieval:
    """Without the sentences that do not fit, and the passages that have no other."""
    return only_where(found, lambda _home, one: fits(one))


def only_where(found: Retrieval, fits: Callable[[RankedPassage, RankedSentence], bool]) -> Retrieval:
    """The same where it hangs on the passage as well."""
    narrowed = (
        replace(home, sentences=tuple(one for one in home.sentences if fits(home, one))) for home in found.passages
    )
    return replace(found, passages=tuple(home for home in narrowed if home.sentences))


def as_likely(narrowed: Retrieval, best: RankedSentence | None) -> Retrieval:
    """With the confidence of the best sentence that is left: the search's is its `best` one's, and another one is
    as much less sure as its score lies lower, but as sure as the reranker alone is, up to the search's.
    """
    left = best_of(narrowed)
    if left is None or best is None:
        return replace(narrowed, confidence=0.0)
    lower = chance_of(log_odds(narrowed.confidence) - (best.score - left.score))
    return replace(narrowed, confidence=max(lower, min(left.chance or 0.0, narrowed.confidence)))
