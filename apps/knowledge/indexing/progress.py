"""How far an embedding index is, and how long it still takes."""

from dataclasses import dataclass

from django.utils import timezone

from ..models import EmbeddingIndex, IndexState

_ENOUGH_SECONDS = 2.0  # before that an estimate would jump about


@dataclass(frozen=True)
class IndexProgress:
    """`share` is from 0 to 1; `seconds_left` is None where nothing can be said."""

    index: EmbeddingIndex
    share: float
    seconds_left: float | None


def index_progress(index: EmbeddingIndex) -> IndexProgress:
    share = index.done / index.total if index.total else 0.0
    added = index.done - index.run_done
    if index.state != IndexState.BUILDING or index.run_at is None or added <= 0:
        return IndexProgress(index, share, None)
    elapsed = (timezone.now() - index.run_at).total_seconds()
    left = elapsed * (index.total - index.done) / added
    return IndexProgress(index, share, left if elapsed >= _ENOUGH_SECONDS else None)
