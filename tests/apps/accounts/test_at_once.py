"""Administrators who act at the same moment: one of them stays, and none is told that something failed here."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from apps.accounts.models import Role, User
from apps.accounts.services import user_block, user_role
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60  # PostgreSQL finds a deadlock after one


def waiting(count: int) -> None:
    """Returns when so many transactions wait for a row."""
    until(lambda: blocked() >= count)


def blocked() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def take(name: str) -> None:
    user_role(actor=SYSTEM, username=name, role=Role.CUSTOMER)


def block(name: str) -> None:
    user_block(actor=SYSTEM, username=name, blocked=True)


@pytest.mark.parametrize("act", [take, block])
def test_two_who_shut_each_other_out_leave_one_who_is_told_so(act: Callable[[str], None]) -> None:
    for name in ("first", "second"):
        User.objects.create_user(name, role=Role.ADMIN)

    def run(name: str) -> None:
        try:
            act(name)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        acts: list[Future[None]] = []
        with transaction.atomic():  # both have begun when the row is free
            User.objects.select_for_update().get(username="first")
            for name in ("first", "second"):
                acts.append(pool.submit(run, name))
                waiting(len(acts))
        failed = [failure for act in acts if (failure := act.exception(SECONDS))]
    assert [type(failure) for failure in failed] == [Conflict]
    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1
