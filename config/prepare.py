"""Makes everything ready for a command: migrations, the starter model's version, and where asked for the demo."""

from collections.abc import Callable

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from apps.core.errors import ApplicationError
from apps.inference.services import deployment_ensure, embedder_ensure, runtime_reconcile
from apps.registry.selectors import alias_target
from config.demo import accounts_create, demo_load, demo_missing
from config.starter import ALIAS, shipped_register

_PREPARE_LOCK = 0x9A71E8


def prepare(*, say: Callable[[str], None], starter: bool = False, demo: bool = False) -> str:
    """Idempotent; a second command that starts at the same time waits for the first. Returns lines to print.

    Only the embedded mode changes a database unasked: with DATABASE_URL, `migrate` and `demo_load` are the
    operator's acts.
    """
    return _prepare(say, starter, demo) if settings.EMBEDDED_DATABASE else ""


def _prepare(say: Callable[[str], None], starter: bool, demo: bool) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARE_LOCK])
    try:
        if _migrations_pending():
            say("Setting up the database …")
            call_command("migrate", verbosity=0)
        if starter:
            shipped_register()
        return demo_ensure(say=say) if demo else ""
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARE_LOCK])


def demo_ensure(*, say: Callable[[str], None]) -> str:
    """The starter behind `production`, the demo's documents and assistants, an account a role; once each."""
    shipped_register()
    async_to_sync(runtime_reconcile)()  # the models load while the documents are read
    if demo_missing():
        say("Loading the demo: the documents of an invented company, in English and Chinese …")
        demo_load(say=say)
    return accounts_create()


def models_ready(*, say: Callable[[str], None]) -> None:
    """Waits until the first question can be answered; a model that does not load is said, and stops nothing."""
    say("Loading the models …")
    async_to_sync(runtime_reconcile)()
    try:
        deployment_ensure(target=alias_target(ALIAS))
        embedder_ensure()
    except ApplicationError as error:
        say(f"Not ready to answer: {error}")


def _migrations_pending() -> bool:
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
