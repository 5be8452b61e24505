"""What was found, seen through what an answer has to hold."""

from collections.abc import Callable
from dataclasses import replace

from apps.knowledge.retrieval.types import RankedSentence, Retrieval

Fits = Callable[[RankedSentence], bool]


def best_of(found: Retrieval) -> RankedSentence | None:
    return min(
        (one for passage in found.passages for one in passage.sentences), key=lambda one: one.rank, default=None
    )


def only(found: Retrieval, fits: Fits) -> Retrieval:
    """Without the sentences that do not fit, and the passages that have no other."""
    narrowed = (replace(one, sentences=tuple(filter(fits, one.sentences))) for one in found.passages)
    return replace(found, passages=tuple(one for one in narrowed if one.sentences))
