"""The one runner of imports of an installation: a few hands, under a lock that the database drops if they die."""

import contextlib
import contextvars
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

from django.db import connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from .blocks import Refused
from .claims import lost_items, pending
from .hand import hand_work
from .results import Result
from .store import results_store

HANDS = 2  # one reads and stores while the other waits for the embedder
_LOCK = 0x9A71E9


def imports_run(*, enough: Callable[[], bool] = lambda: False, vectors: bool = True) -> bool:
    """Works until nothing waits or `enough` says so; False when another process is at it. Without `vectors` what
    comes in gets its own later (`indexing/fill.py`).

    Whoever comes second leaves at once. The first looks again after it let go of the lock, so that no item is
    overlooked between its last look and that moment.
    """
    while pending() and not enough():
        with _only_runner() as alone:
            if not alone:
                return False
            _recover()
            _hands_work(enough, vectors)
    return True


@contextlib.contextmanager
def _only_runner() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            yield False
            return
        try:
            yield True
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _recover() -> None:
    """Under the lock nobody else is at work: what is being read, a dead process was reading."""
    for item in lost_items():
        results_store(item.parent, [Result(item, failure=Refused("interrupted"))])


def _hands_work(enough: Callable[[], bool], vectors: bool) -> None:
    # Inside a transaction other connections would not see its items, so its own does it all.
    if connection.in_atomic_block:
        hand_work(enough, vectors=vectors)
        return
    failed = threading.Event()

    def done() -> bool:
        return failed.is_set() or enough()

    with ThreadPoolExecutor(HANDS, thread_name_prefix="import") as pool:
        hands = [pool.submit(contextvars.copy_context().run, _hand, done, vectors) for _ in range(HANDS)]
        try:
            for hand in as_completed(hands):
                hand.result()
        except BaseException:  # a shutdown too: the pool waits for both hands
            failed.set()  # the other one ends after its present claim
            raise


def _hand(enough: Callable[[], bool], vectors: bool) -> None:
    try:
        hand_work(enough, vectors=vectors)
    finally:
        connection.close()


def imports_wake() -> None:
    """Makes sure that a worker looks; in a transaction the job appears with its commit."""
    from ..tasks import imports_job  # tasks run what is here

    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        imports_job.configure(queueing_lock="imports").defer()
