"""Vectors that no index holds: of passages by the packaged model for the other language, made when asked for."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

import numpy as np

from apps.core.language import Language

from ..models import EmbeddingIndex
from .embedder import embed

KEPT = 4_000  # texts, of 1.5 KB each: the next question meets many of the same
_known: "OrderedDict[tuple[Language, str], np.ndarray]" = OrderedDict()
_lock = Lock()


def second_vectors(
    index: EmbeddingIndex, texts: Iterable[str], *, model: Language, written_in: Language
) -> dict[str, np.ndarray]:
    """Those of `texts`, written in one language, by the model for the other. Raises what `embed` raises."""
    found: dict[str, np.ndarray] = {}
    with _lock:
        for text in set(texts):
            if (vector := _known.get((model, text))) is not None:
                _known.move_to_end((model, text))
                found[text] = vector
    missing = sorted(set(texts) - found.keys(), key=len)  # a batch is as slow as its longest text
    if not missing:
        return found
    made = embed(index, missing, purpose="passage", language=model, written_in=written_in)
    new = dict(zip(missing, np.array(made, dtype=np.float32), strict=True))
    with _lock:
        _known.update({(model, text): vector for text, vector in new.items()})
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found | new


def second_forget() -> None:
    """For tests, whose models come and go."""
    with _lock:
        _known.clear()
