"""The database of the tests: cloned from one that is migrated already, and emptied quickly."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.quick_database import rows_delete, template_made


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    if not os.environ.get("DATABASE_URL"):  # somebody else's server keeps what it has
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = template_made()


@pytest.fixture(scope="session", autouse=True)
def quick_cleanup() -> Iterator[None]:
    """Rows are deleted where Django would truncate every table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda *_: rows_delete())
        yield
