"""Being the only one at something: a lock that the database drops by itself if the process dies."""

import contextlib
from collections.abc import Iterator

from django.db import connection


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
