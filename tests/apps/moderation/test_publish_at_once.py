"""Two people publish at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.moderation.models import PolicyVersion
from apps.moderation.selectors import policy_rules
from apps.moderation.services import policy_publish

SECONDS = 60
FIRST, SECOND = ({"input": {"words": {"slur": action}}} for action in ("block", "flag"))


def second(after: int | None) -> PolicyVersion:
    try:
        return policy_publish(actor=SYSTEM, rules=SECOND, after=after)
    finally:
        connections.close_all()


def until_somebody_waits() -> None:
    end = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < end
            time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [0, None])
def test_the_second_waits_and_is_refused_where_its_rules_were_made_from_the_version_before(
    after: int | None,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            policy_publish(actor=SYSTEM, rules=FIRST, after=0)
            waiting = pool.submit(second, after)
            until_somebody_waits()
        if after is None:
            assert waiting.result(SECONDS).number == 2
            assert policy_rules() == (2, SECOND)
        else:
            with pytest.raises(Conflict, match="Version 1 was published meanwhile"):
                waiting.result(SECONDS)
            assert policy_rules() == (1, FIRST)
