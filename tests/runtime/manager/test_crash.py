"""Children that die or hang."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil

from model_runtime.manager import watch
from model_runtime.server.routes import health
from tests.runtime.support.processes import eventually
from tests.runtime.support.stand_ins import StandIns, text_of

ASKING = 4


def children_of(manager: StandIns, model: str) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(manager.process.process.pid).children():
        with contextlib.suppress(psutil.Error):  # it may end, or be a zombie, while we look
            found += [child] if model in child.cmdline() else []
    return found


def back(manager: StandIns, model: str, dead: int) -> bool:
    """Whether another process than `dead` serves the model."""
    others = [child for child in children_of(manager, model) if child.pid != dead]
    return bool(others) and manager.status(model)["state"] == "ready"


def test_a_killed_child_is_one_error_to_each_client_and_back_for_the_next_request(
    start: Callable[..., StandIns],
) -> None:
    manager = start()
    manager.load("m", step_seconds=0.01)
    (child,) = children_of(manager, "m")
    begun = threading.Barrier(ASKING + 1, timeout=60)
    with ThreadPoolExecutor(ASKING + 1) as pool:
        streams = [pool.submit(manager.stream, "m", 5000, begun.wait) for _ in range(ASKING)]
        whole = pool.submit(manager.chat, "m", 5000)
        eventually(lambda: manager.status("m")["requests"] == ASKING + 1)
        begun.wait()
        child.kill()
        answers = [stream.result(60) for stream in streams]
    for events in answers:
        assert text_of(events).startswith("a")
        assert [event["error"]["code"] for event in events if "error" in event] == ["broken"]
        assert "error" in events[-1]
    assert whole.result().status_code == 503
    assert whole.result().json()["error"]["code"] == "broken"
    assert "retry-after" in whole.result().headers
    eventually(lambda: back(manager, "m", child.pid))
    assert manager.status("m")["requests"] == 0
    assert manager.chat("m").status_code == 200


def test_a_child_that_dies_again_and_again_is_given_up_with_the_reason(start: Callable[..., StandIns]) -> None:
    manager = start()
    manager.load("good")
    manager.load("m", crash=True)
    failed = eventually(lambda: (status := manager.status("m"))["state"] == "failed" and status)
    assert "ended with status 7" in failed["error"]
    assert "5 times" in failed["error"]
    refused = manager.chat("m")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "failed")
    assert manager.chat("good").status_code == 200


def test_a_hanging_child_turns_readiness_red_refuses_requests_and_is_replaced(
    start: Callable[..., StandIns],
) -> None:
    manager = start("--hasty")  # others are not taken for hanging where a machine is only busy
    folder = manager.load("m", step_seconds=0.01, hasty=True)
    pid = children_of(manager, "m")[0].pid
    (folder / "hang").touch()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(manager.stream, "m", 4)
        red = eventually(lambda: (answer := manager.client.get("/ready")).status_code == 503 and answer)
        assert "m" in red.json()["problems"]
        refused = eventually(lambda: (answer := manager.chat("m")).status_code == 503 and answer)
        assert "retry-after" in refused.headers
        (folder / "hang").unlink()
        # Either it comes to itself and ends its answer, or it is replaced and the client told.
        assert running.result(60)
    eventually(lambda: manager.status("m")["state"] == "ready")
    (folder / "hang").touch()
    eventually(lambda: manager.status("m")["state"] != "ready")
    eventually(lambda: manager.status("m")["error"] and "SIGKILL" in manager.status("m")["error"])
    (folder / "hang").unlink()
    eventually(lambda: back(manager, "m", pid))
    assert manager.chat("m").status_code == 200


def test_readiness_is_red_within_ten_seconds_of_a_hang() -> None:
    # The hasty ones above have shorter ones.
    assert health.STALLED_AFTER < watch.PATIENCE <= 10
    assert watch.INTERVAL < 10
