"""Who is at something: alone in an installation, or with a collection that stays. The database drops every lock by
itself if the process dies.
"""

import contextlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connection

from .models import Collection


@contextlib.contextmanager
def only_one(key: int) -> Iterator[bool]:
    """Whether nobody else holds `key` (63 bits) now; it is held until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def collection_hold(collection_id: UUID) -> bool:
    """Whether the collection is there, and so it is until the transaction ends: nobody deletes it meanwhile.

    Locks are taken in this order by all, so that nobody waits for who waits for them: items, the collection, its
    documents, their passages, the import.
    """
    return bool(collections_hold([collection_id]))


def collections_hold(collection_ids: Iterable[UUID]) -> list[UUID]:
    """`collection_hold` for several; those that are there."""
    rows = Collection.objects.select_for_update(no_key=True).filter(pk__in=set(collection_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))
