"""Vectors of passages and of their sentences, for the languages that the embedder reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apps.core.errors import ApplicationError
from apps.inference import services as inference

from .blocks import Refused
from .passages import Piece

LANGUAGES = {"en"}  # the packaged embedder takes most Chinese characters for unknown ones
PLACE_WEIGHT = 0.5  # of title and headings in a passage's vector


@dataclass(frozen=True)
class Vectors:
    """Of one passage: its own, and a row of float16 for each sentence, packed."""

    passage: list[float]
    sentences: bytes


def embedder_id() -> str:
    """The embedder in use; passages that name another one are not compared with the question."""
    return inference.EMBEDDER_ID


def embed_pieces(title: str, pieces: Sequence[Piece]) -> list[Vectors | None]:
    """One entry a piece, None for those in other languages. Raises Refused with the runtime's reason."""
    return embed_titled([(title, piece) for piece in pieces])


def embed_titled(titled: Sequence[tuple[str, Piece]]) -> list[Vectors | None]:
    """The same for pieces of several documents, each with its document's title.

    Only sentences and headings go through the model: the mean of their vectors finds a passage as well as a vector
    of its whole text does (docs/subsystems/knowledge.md), for half the time.
    """
    wanted = [(title, piece) for title, piece in titled if piece.language in LANGUAGES]
    texts = [piece.text[start:end] for _, piece in wanted for start, end in piece.spans]
    texts += filter(None, (_place(title, piece) for title, piece in wanted))
    if not texts:
        return [None] * len(titled)
    distinct = list(dict.fromkeys(texts))
    known = dict(zip(distinct, _embed(distinct), strict=True))
    return [_vectors(title, piece, known) if piece.language in LANGUAGES else None for title, piece in titled]


def _place(title: str, piece: Piece) -> str:
    return ", ".join(part for part in (title, piece.heading) if part)


def _vectors(title: str, piece: Piece, known: Mapping[str, list[float]]) -> Vectors:
    rows = np.array([known[piece.text[start:end]] for start, end in piece.spans])
    whole = rows.mean(axis=0)
    if place := _place(title, piece):
        whole = whole + PLACE_WEIGHT * np.array(known[place])
    return Vectors((whole / np.linalg.norm(whole)).tolist(), rows.astype(np.float16).tobytes())


def _embed(texts: list[str]) -> list[list[float]]:
    """Longest together: a batch is as slow as its longest text."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    try:
        vectors = inference.embed_sync(texts=[texts[index] for index in order], purpose="passage")
    except ApplicationError as error:
        raise Refused("embedding", cause=error.message) from error
    placed = dict(zip(order, vectors, strict=True))
    return [placed[index] for index in range(len(texts))]


def unpack(data: bytes | memoryview, count: int) -> np.ndarray:
    """`count` rows of float32."""
    return np.frombuffer(data, dtype=np.float16).reshape(count, -1).astype(np.float32)
