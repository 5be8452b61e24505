"""Makes the database ready for a command: migrations, translations, and in the embedded mode the demo."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def migrations_pending() -> bool:
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare(*, say: Callable[[str], None], demo: bool) -> None:
    """Idempotent, and safe when two commands start at once: an advisory lock makes the second one wait."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [0x9A71E8])
        try:
            if migrations_pending():
                say("Setting up the database …")
                call_command("migrate", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [0x9A71E8])
