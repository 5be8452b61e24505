"""A quick database for tests: cloned instead of migrated, its rows deleted instead of its tables truncated."""

import hashlib
from functools import cache
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

PREFIX = "parley_template_"
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
_LOCK = 7_406_521  # held by who makes the template; other workers of the same run wait


def template_made() -> str:
    """The name of a database with all migrations of now; made where there is none, and kept for later runs."""
    name = PREFIX + _migrations_digest()
    with connection._nodb_cursor() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = [one for (one,) in server.fetchall()]
        if name not in there:
            for old in there:
                server.execute(f'DROP DATABASE "{old}"')
            server.execute(f'CREATE DATABASE "{PREFIX}part"')
            _migrate(f"{PREFIX}part")
            server.execute(f'ALTER DATABASE "{PREFIX}part" RENAME TO "{name}"')
    return name


def _migrations_digest() -> str:
    files = (file for app in apps.get_app_configs() for file in sorted(Path(app.path, "migrations").glob("*.py")))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _migrate(database: str) -> None:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def rows_delete() -> None:
    """A hundredth of the time that truncating every table takes, for a handful of rows; over a connection that is
    kept, because a new one reads what it has to know of every table.
    """
    cursor = _cleaning().cursor()
    tables = [name for (name,) in cursor.execute(_TABLES, [list(KEPT)])]
    deletes = "".join(f'DELETE FROM "{table}";' for table in tables)
    # As a replica, because the audit log refuses, as it should. One string is one transaction, which fails where a
    # test has left another open, and names that test.
    cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '60s';" + deletes)


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY(%s)"


@cache
def _cleaning() -> psycopg.Connection:
    return psycopg.connect(**connection.get_connection_params(), autocommit=True)


def connections_check() -> None:
    """Closes what a test has left unusable; a new connection for each test would cost more than most tests."""
    for one in connections.all(initialized_only=True):
        if one.in_atomic_block:
            one.in_atomic_block = False  # inside a transaction Django would keep it
            one.close()
        one.close_if_unusable_or_obsolete()


def database_drop(name: str) -> None:
    """With the connections that the threads of `apps.core.db` keep to it."""
    with connection._nodb_cursor() as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
