"""One at a time, across all processes of an installation."""

from django.db import connection


def turn_take(key: str) -> None:
    """Waits until nobody else has the turn that `key` names; it is kept until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
