"""The approximate index over one embedding index's vectors: SQL, as it is partial and its dimension is data."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from apps.core.errors import BadInput

FULL, LARGEST = 2000, 4000  # numbers that pgvector indexes in single precision, and in half


def distance_type(dimension: int) -> str:
    """The type that vectors are compared in. Raises BadInput for more numbers than an index takes."""
    if not 0 < dimension <= LARGEST:
        raise BadInput(
            _("A vector of %(dimension)d numbers cannot be indexed; %(largest)d is the most.")
            % {"dimension": dimension, "largest": LARGEST}
        )
    return f"vector({dimension})" if dimension <= FULL else f"halfvec({dimension})"


def hnsw_create(index_id: UUID, dimension: int, apart: Sequence[str] = ()) -> None:
    """Made while the embedding index is empty, so it holds nobody up; it then grows with every insertion.

    Languages that are kept `apart` have one each: no path leads from the vectors of one model to those of another.
    """
    kind = distance_type(dimension)
    operators = f"{kind.partition('(')[0]}_cosine_ops"
    with connection.cursor() as cursor:
        _keys_check(cursor)
        for language in apart or ("",):
            only = f" AND language = '{language}'" if language else ""
            cursor.execute(
                f"CREATE INDEX {_name(index_id, language)} ON knowledge_passagevector "
                f"USING hnsw ((vector::{kind}) {operators}) WHERE index_id = '{index_id}'{only}"
            )


def hnsw_drop(index_id: UUID, apart: Sequence[str] = ()) -> None:
    with connection.cursor() as cursor:
        _keys_check(cursor)
        for language in apart or ("",):
            cursor.execute(f"DROP INDEX IF EXISTS {_name(index_id, language)}")


def _keys_check(cursor: Any) -> None:
    """PostgreSQL touches no index while rows of the same transaction wait for their keys to be checked."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _name(index_id: UUID, language: str) -> str:
    return f"vector_hnsw_{index_id.hex}" + (f"_{language}" if language else "")
