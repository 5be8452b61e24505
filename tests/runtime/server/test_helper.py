"""Work beside the event loop, and its end when it takes too long."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.helper import run_bounded


def loop_for_ever() -> None:
    while True:
        time.sleep(0.001)


@pytest.mark.asyncio
async def test_work_that_waited_longer_than_its_limit_is_still_ended_by_it() -> None:
    gate = threading.Event()
    with ThreadPoolExecutor(1) as one:
        before = one.submit(gate.wait, 60)
        endless = asyncio.create_task(run_bounded(one, loop_for_ever, seconds=0.5))
        quick = asyncio.create_task(run_bounded(one, lambda: "done", seconds=0.5))
        await asyncio.sleep(0.8)  # both have waited longer than they may run
        gate.set()
        assert before.result()
        with pytest.raises(ApiError, match="too long"):
            await asyncio.wait_for(endless, 60)
        assert await asyncio.wait_for(quick, 60) == "done"
