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

    @property
    def filling(self) -> bool:
        """Whether the index in use still lacks passages, which came in without vectors."""
        return self.index.state == IndexState.ACTIVE and self.index.done < self.index.total


def index_progress(index: EmbeddingIndex) -> IndexProgress:
    share = index.done / index.total if index.total else 0.0
    added = index.done - index.run_done
    if index.done >= index.total or index.run_at is None or added <= 0:
        return IndexProgress(index, share, None)
    elapsed = (timezone.now() - index.run_at).total_seconds()
    left = elapsed * (index.total - index.done) / added
    return IndexProgress(index, share, left if elapsed >= _ENOUGH_SECONDS else None)
