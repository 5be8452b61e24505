"""Vectors of passages and of their sentences, for every open embedding index whose model reads their language."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np

from apps.core.errors import ApplicationError
from apps.core.fences import on_one_line, parts
from apps.core.language import Language

from ..indexing.embedder import embed
from ..indexing.indexes import indexes_open, languages_apart
from ..indexing.vectors import PieceVectors, Vectors
from ..models import EmbeddingIndex, IndexState
from .blocks import Refused
from .packing import is_short
from .passages import Piece

logger = logging.getLogger(__name__)
# Of title and headings in a passage's vector: the sections of Chinese help pages are told apart by these.
PLACE_WEIGHT: dict[Language, float] = {"en": 0.5, "zh": 1.0}


def embed_pieces(title: str, pieces: Sequence[Piece]) -> list[PieceVectors]:
    """`embed_titled` for the pieces of one document."""
    return embed_titled([(title, piece) for piece in pieces])


def embed_titled(titled: Sequence[tuple[str, Piece]]) -> list[PieceVectors]:
    """One entry a (title of the document, piece). Raises Refused when the active index's model cannot be asked.

    An index that is being built never stops an import, nor does the packaged model for Chinese, which a runtime of
    somebody else's need not have: what they miss is added later (`indexing/fill.py`).
    """
    found: list[PieceVectors] = [{} for _ in titled]
    for index, language in product(indexes_open(), sorted({piece.language for _, piece in titled})):
        places = [place for place, (_, piece) in enumerate(titled) if piece.language == language]
        try:
            rows = embed_for(index, [titled[place] for place in places])
        except ApplicationError as error:
            if index.state == IndexState.ACTIVE and not (language == "zh" and languages_apart(index)):
                raise Refused("embedding", cause=error.message) from error
            logger.warning("vectors of %s are left for later: %s", language, error)
            continue
        for place, vectors in zip(places, rows, strict=True):
            if vectors is not None:
                found[place][index.pk] = vectors
    return found


def embed_for(index: EmbeddingIndex, titled: Sequence[tuple[str, Piece]]) -> list[Vectors | None]:
    """One entry a (title, piece), None for languages that the model does not read. Raises what `embed` raises.

    Only sentences and headings go through the model: the mean of their vectors finds a passage as well as a vector
    of its whole text does (docs/subsystems/embedding.md), for half the time.
    """
    known: dict[Language, dict[str, list[float]]] = {}
    for language in {piece.language for _, piece in titled if index.reads(piece.language)}:
        wanted = [(title, piece) for title, piece in titled if piece.language == language]
        texts = [sentence for _, piece in wanted for sentence in _sentences(piece)]
        texts += filter(None, (place_of(title, piece.heading) for title, piece in wanted))
        known[language] = _embed(index, dict.fromkeys(texts), language)
    return [
        _vectors(title, piece, known[piece.language]) if piece.language in known else None
        for title, piece in titled
    ]


def _sentences(piece: Piece) -> list[str]:
    return [meaning(piece.text[start:end]) for start, end in piece.spans]


def meaning(sentence: str) -> str:
    """What of a sentence goes through the model: what stands before code says what it is for, and a vector of both
    is near to no question; a word or two say nothing without the code.
    """
    prose = " ".join(part.text for part in parts(sentence) if not part.is_code)
    return on_one_line(sentence) if is_short(prose) else prose


def place_of(title: str, heading: str) -> str:
    """Where a passage stands, as it goes through the model."""
    return ", ".join(part for part in (title, heading) if part)


def _vectors(title: str, piece: Piece, known: Mapping[str, list[float]]) -> Vectors:
    rows = np.array([known[sentence] for sentence in _sentences(piece)])
    whole, packed = rows.mean(axis=0), rows
    if where := place_of(title, piece.heading):
        whole = whole + PLACE_WEIGHT[piece.language] * np.array(known[where])
        packed = np.vstack([rows, known[where]])
    return Vectors((whole / np.linalg.norm(whole)).tolist(), packed.astype(np.float16).tobytes())


def _embed(index: EmbeddingIndex, texts: Iterable[str], language: Language) -> dict[str, list[float]]:
    """Longest together: a batch is as slow as its longest text."""
    order = sorted(texts, key=len)
    if not order:
        return {}
    return dict(zip(order, embed(index, order, purpose="passage", language=language), strict=True))


def unpack(data: bytes | memoryview, dimension: int) -> np.ndarray:
    """Rows of float32: the sentences in order, then the place where there is one."""
    return np.frombuffer(data, dtype=np.float16).reshape(-1, dimension).astype(np.float32)
