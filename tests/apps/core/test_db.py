"""Database work from the event loop."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from apps.core import db
from apps.core.db import for_page, in_database, in_database_waiting

THREADS = 8


def pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@sync_to_async
def close_all(pids: set[int]) -> None:
    """As a restart does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", [list(pids)])
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
@pytest.mark.parametrize("run", [in_database, in_database_waiting, for_page])
async def test_work_after_a_restart_of_the_database_finds_a_connection_that_works(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "KEEP_SECONDS", 60.0)

    async def several() -> set[int]:
        return set(await asyncio.gather(*(run(pid) for _ in range(THREADS * 4))))

    before = await several()
    await close_all(before)
    after = await several()
    assert after and not after & before
    await close_all(after)


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_what_waits_for_others_keeps_no_short_work_waiting() -> None:
    loop, release = asyncio.get_running_loop(), asyncio.Event()

    def waits() -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(120)

    waiting = [asyncio.create_task(in_database_waiting(waits)) for _ in range(THREADS * 2)]
    await asyncio.sleep(0)
    assert await asyncio.wait_for(in_database(lambda: "at once"), 60) == "at once"
    release.set()
    await asyncio.gather(*waiting)
