"""Vectors of passages and of their sentences, for the languages that the embedder reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.core.errors import ApplicationError
from apps.inference import services as inference

from .blocks import Refused
from .passages import Piece

LANGUAGES = {"en"}  # the packaged embedder takes most Chinese characters for unknown ones


@dataclass(frozen=True)
class Vectors:
    """Of one passage: its own, and a row of float16 for each sentence, packed."""

    passage: list[float]
    sentences: bytes


def embedder_id() -> str:
    """The embedder in use; passages that name another one are not compared with the question."""
    return inference.EMBEDDER_ID


def passage_text(title: str, heading: str, text: str) -> str:
    """What is embedded and indexed for a passage: where it stands counts as much as what it says."""
    return "\n".join(part for part in (title, heading, text) if part)


def embed_pieces(title: str, pieces: Sequence[Piece]) -> list[Vectors | None]:
    """One entry a piece, None for those in other languages. Raises Refused with the runtime's reason."""
    wanted = [piece for piece in pieces if piece.language in LANGUAGES]
    texts = [passage_text(title, piece.heading, piece.text) for piece in wanted]
    texts += [piece.text[start:end] for piece in wanted for start, end in piece.spans]
    vectors = _embed(texts) if texts else []
    rows = iter(vectors[len(wanted) :])
    found = {
        id(piece): Vectors(vector, pack([next(rows) for _ in piece.spans]))
        for piece, vector in zip(wanted, vectors, strict=False)
    }
    return [found.get(id(piece)) for piece in pieces]


def _embed(texts: list[str]) -> list[list[float]]:
    """Longest together: a batch is as slow as its longest text."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    try:
        vectors = inference.embed_sync(texts=[texts[index] for index in order], purpose="passage")
    except ApplicationError as error:
        raise Refused("embedding", cause=error.message) from error
    placed = dict(zip(order, vectors, strict=True))
    return [placed[index] for index in range(len(texts))]


def pack(rows: list[list[float]]) -> bytes:
    return np.asarray(rows, dtype=np.float16).tobytes()


def unpack(data: bytes | memoryview, count: int) -> np.ndarray:
    """`count` rows of float32."""
    return np.frombuffer(data, dtype=np.float16).reshape(count, -1).astype(np.float32)
