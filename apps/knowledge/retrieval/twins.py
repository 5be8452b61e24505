"""What documents in the question's own language say of the very thing that was found in the other one.

Documents that stand in both languages are seldom worded alike, so a search may find one and miss its twin. The
packaged model for the question's language reads both (docs/subsystems/retrieval.md), so texts can be compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from apps.core.language import Language

from ..indexing.second import second_vectors
from ..ingest.embedding import unpack
from ..models import Passage
from .candidates import Candidate, read_passages
from .dense import dense_candidates
from .ranked import ranked_passages
from .scope import Scope
from .sentences import ScoredSentence
from .types import RankedPassage

READ = 8  # passages
# Cosines from which a sentence says the same and its place speaks of the same thing (docs/decisions/0015).
SAME, SAME_PLACE = 0.55, 0.6
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
_ROW = re.compile(
    r"[^:：;；\n]{1,40}[:：][^;；\n]+[;；][^:：;；\n]{1,40}[:：]"
)  # as tables' rows read: "Name: …; Price: …"
OF_COSINE = 20.0  # what a cosine counts in a sentence's score, about as across languages


@dataclass(frozen=True)
class Twins:
    """`passages`: the one that says the same, if any; `placed`: the headings of some passage speak of the same."""

    passages: tuple[RankedPassage, ...] = ()
    placed: bool = False


def twins(scope: Scope, texts: tuple[str, str], language: Language) -> Twins:
    """What `scope`, in `language`, has of a sentence in the other one: `texts` are that and its place, as an import
    reads them. Raises what `embed` raises.
    """
    index = scope.packaged
    if not scope.passages or index is None:
        return Twins()
    vectors = second_vectors(index, texts, model=language, written_in="en" if language == "zh" else "zh")
    sentence, place = (vectors[text] for text in texts)
    both = sentence + place
    near = dense_candidates(scope, index, (both / np.linalg.norm(both)).tolist(), READ)
    placed = False
    best: tuple[float, Passage, list[float]] | None = None
    for passage in read_passages(near, index).values():
        if passage.sentence_vectors is None:
            continue
        rows = unpack(passage.sentence_vectors, len(sentence))
        own = len(passage.spans) // 2
        if len(rows) == own or float(rows[own] @ place) < SAME_PLACE:
            continue
        placed = True
        same = _holds_figures(passage, _figures(texts[0]))
        alike = [one if may else -1.0 for one, may in zip((rows[:own] @ sentence).tolist(), same, strict=True)]
        if max(alike) >= max(SAME, best[0] if best else 0.0):
            best = (max(alike), passage, alike)
    return Twins(_ranked(*best) if best else (), placed)


def _holds_figures(passage: Passage, wanted: set[str]) -> Iterator[bool]:
    """Of each sentence whether it may say the same: rows of a table are alike in all but their figures."""
    for start, end in zip(passage.spans[::2], passage.spans[1::2], strict=True):
        text = passage.text[start:end]
        is_row = passage.row_range is not None or _ROW.match(text) is not None
        yield not is_row or wanted <= _figures(text)


def _figures(text: str) -> set[str]:
    return {one.replace(",", "") for one in _FIGURES.findall(text)}


def _ranked(cosine: float, passage: Passage, alike: list[float]) -> tuple[RankedPassage, ...]:
    spans = zip(passage.spans[::2], passage.spans[1::2], strict=True)
    scored = [
        ScoredSentence(0, start, end, OF_COSINE * one, ()) for (start, end), one in zip(spans, alike, strict=True)
    ]
    found = Candidate(passage, cosine, 0.0, cosine, frozenset())
    return ranked_passages([found], sorted(scored, key=lambda one: -one.score), 1, {})
