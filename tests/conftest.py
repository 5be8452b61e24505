"""The database of the tests: cloned from one that is migrated already, emptied quickly, dropped at any rate."""

import os
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

import tests.examples  # noqa: F401  # its profile, before one is loaded
from tests.quick_database import connections_check, database_drop, rows_delete, template_made


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    if not os.environ.get("DATABASE_URL"):  # somebody else's server keeps what it has
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = template_made()


@pytest.fixture(scope="session", autouse=True)
def quick_cleanup() -> Iterator[None]:
    """Rows are deleted where Django would truncate every table; at the end nobody's connection is waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda *_: rows_delete())
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda *_: connections_check())
        patch.setattr(DatabaseCreation, "_destroy_test_db", lambda _, name, *__: database_drop(name))
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """The same way of hashing passwords, without the 100 MB and 8 threads that make guessing them slow."""
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, cost)
        yield
