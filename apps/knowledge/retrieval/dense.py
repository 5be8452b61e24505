"""Meaning in common: the question's vector against those of the passages."""

from uuid import UUID

from django.db import connection, transaction
from pgvector import Vector

from ..indexing.hnsw import distance_type
from ..models import EmbeddingIndex
from .scope import Scope


def dense_candidates(scope: Scope, index: EmbeddingIndex, vector: list[float], limit: int) -> list[UUID]:
    """The nearest passages of the scope that have a vector in `index`, best first."""
    condition, values = scope.where("v")
    kind = distance_type(index.dimension)
    with transaction.atomic(), connection.cursor() as cursor:
        # Without it the index would stop at its first neighbours, even if all were in other collections.
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute(
            f"SELECT v.passage_id FROM knowledge_passagevector v WHERE v.index_id = %s AND {condition} "  # noqa: S608
            f"ORDER BY v.vector::{kind} <=> %s::{kind} LIMIT %s",
            [index.pk, *values, Vector(vector).to_text(), limit],
        )
        return [row[0] for row in cursor.fetchall()]
