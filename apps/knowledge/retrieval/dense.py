"""Meaning in common: the question's vector against those of the passages."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction
from pgvector import Vector

from apps.inference import services as inference

from ..ingest.embedding import embedder_id
from .scope import Scope


def embed_question(question: str) -> list[float]:
    """Raises RuntimeUnavailable: a search that silently knew less would answer worse without saying so."""
    return inference.embed_sync(texts=[question], purpose="query")[0]


def dense_candidates(scope: Scope, vector: list[float], limit: int) -> list[UUID]:
    """The nearest passages that carry a vector of the embedder in use, best first."""
    condition, values = scope.where()
    with transaction.atomic(), connection.cursor() as cursor:
        # Without it the index would stop at its first neighbours, even if all were in other collections.
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute(
            f"SELECT p.id FROM knowledge_passage p WHERE {condition} AND p.embedder = %s "  # noqa: S608
            "ORDER BY p.embedding <=> %s::vector LIMIT %s",
            [*values, embedder_id(), Vector(vector).to_text(), limit],
        )
        return [row[0] for row in cursor.fetchall()]


def cosines(ids: Iterable[UUID], vector: list[float]) -> dict[UUID, float]:
    """Cosine of each passage to the question; those without a vector of the embedder in use are missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, 1 - (embedding <=> %s::vector) FROM knowledge_passage WHERE id = ANY(%s) AND embedder = %s",
            [Vector(vector).to_text(), list(ids), embedder_id()],
        )
        return dict(cursor.fetchall())
