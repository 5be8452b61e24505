"""Makes everything ready for a command: migrations, the starter model's version, and where asked for the demo."""

from collections.abc import Callable
from contextlib import suppress

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from apps.core.errors import ApplicationError
from apps.inference.services import deployment_ensure, embedder_begin, embedder_ensure, runtime_reconcile
from apps.registry.selectors import alias_target
from config.demo import accounts_create, demo_load, demo_missing
from config.starter import ALIAS, shipped_register

_PREPARE_LOCK = 0x9A71E8


def prepare(*, say: Callable[[str], None], starter: bool = False, demo: bool = False, vectors: bool = True) -> str:
    """Idempotent; a second command that starts at the same time waits for the first. Returns lines to print.
    `vectors` as `demo_load`.

    Only the embedded mode changes a database unasked: with DATABASE_URL, `migrate` and `demo_load` are the
    operator's acts.
    """
    return _prepare(say, starter, demo, vectors) if settings.EMBEDDED_DATABASE else ""


def _prepare(say: Callable[[str], None], starter: bool, demo: bool, vectors: bool) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARE_LOCK])
    try:
        if _migrations_pending():
            say("Setting up the database …")
            if demo:
                with suppress(ApplicationError):  # whoever needs it says what is wrong
                    embedder_begin()  # beside the migrations, which need one core
            call_command("migrate", verbosity=0)
        if starter:
            shipped_register()
        return demo_ensure(say=say, vectors=vectors) if demo else ""
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARE_LOCK])


def demo_ensure(*, say: Callable[[str], None], vectors: bool = True) -> str:
    """The starter behind `production`, an account a role, and the demo's documents and assistants where they are
    wanted; once each.
    """
    shipped_register()
    with suppress(ApplicationError):  # the loop asks again
        async_to_sync(runtime_reconcile)()  # the models load while the documents are read
    if settings.DEMO and demo_missing():
        say("Reading the demo: the documents of an invented company, in English and Chinese …")
        demo_load(say=say, vectors=vectors)
    return accounts_create()


def models_wait() -> str:
    """Blocks until a question can be answered; returns why it cannot be, or ''."""
    try:
        deployment_ensure(target=alias_target(ALIAS))
        embedder_ensure()
    except ApplicationError as error:
        return str(error)
    return ""


def _migrations_pending() -> bool:
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
