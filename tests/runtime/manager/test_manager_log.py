"""The log of a manager: what happened to its models, and one line a request whoever answered it."""

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.runtime.manager.test_crash import back, children_of
from tests.runtime.support.processes import eventually
from tests.runtime.support.stand_ins import StandIns


@pytest.fixture
def manager(start: Callable[..., StandIns], tmp_path: Path) -> StandIns:
    one = start("--log-requests", "--drain-seconds", "0.3", log=tmp_path / "log")
    one.load("m", step_seconds=0.01)
    return one


def requests(manager: StandIns, count: int) -> list[tuple[Any, ...]]:
    """Model, status and code of each request, once there are `count` lines, or more."""
    lines = eventually(lambda: len(found := manager.process.lines("request")) >= count and found)
    assert len({line["id"] for line in lines}) == len(lines), "one line each"
    return [(line["model"], line["status"], line["code"]) for line in lines]


def test_what_the_manager_refuses_itself_is_logged_beside_what_models_answer(manager: StandIns) -> None:
    manager.chat("m")
    manager.client.get("/v1/models", headers={"Authorization": "Bearer wrong"})
    manager.chat("nobody")
    manager.chat("m", surprise=1)
    manager.client.get("/v1/nothing")
    manager.client.post("/v1/chat/completions", content=b"{")
    manager.client.get("/v1/models")
    manager.client.get("/health")
    assert sorted(requests(manager, 7), key=repr) == sorted(
        [
            ("m", 200, None),
            (None, 401, "invalid_api_key"),
            (None, 404, "model_not_found"),
            ("m", 400, "unknown_field"),
            (None, 404, "route_not_found"),
            (None, 400, "invalid_json"),
            (None, 200, None),
        ],
        key=repr,
    )


def test_requests_of_a_killed_process_are_logged_once_and_so_is_its_return(manager: StandIns) -> None:
    (child,) = children_of(manager, "m")
    begun = Event()
    with ThreadPoolExecutor(2) as pool:
        stream = pool.submit(manager.stream, "m", 5000, begun.set)
        whole = pool.submit(manager.chat, "m", 5000)
        eventually(lambda: manager.status("m")["requests"] == 2)
        assert begun.wait(60)
        child.kill()
        assert stream.result(60)[-1]["error"]["code"] == whole.result().json()["error"]["code"] == "broken"
    assert requests(manager, 2) == [("m", 503, "broken")] * 2
    eventually(lambda: back(manager, "m", child.pid))
    (reload,) = manager.process.lines("reload")
    assert reload["model"] == "m" and "SIGKILL" in reload["reason"]


def test_requests_that_are_broken_off_at_the_end_of_a_drain_are_logged_as_cancelled(manager: StandIns) -> None:
    begun = Event()
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(manager.stream, "m", 5000, begun.set)
        assert begun.wait(60)
        manager.process.process.send_signal(signal.SIGTERM)
        assert stream.result(60)[-1]["error"]["code"] == "cancelled"
    assert manager.process.process.wait(60) == 0
    assert requests(manager, 1) == [("m", 499, "cancelled")]
    assert manager.process.lines("drain") and manager.process.lines("end")


def test_the_life_of_a_model_is_logged(manager: StandIns) -> None:
    manager.client.post("/control/drain", json={"id": "m"})
    manager.process.load("m", manager.root / "m")
    manager.client.post("/control/unload", json={"id": "m"})
    eventually(lambda: manager.process.lines("unloaded"))
    (manager.root / "bad").mkdir()
    manager.process.load("bad", manager.root / "bad")
    assert manager.settled("bad")["state"] == "failed"
    for event in ("load", "ready", "drain", "resume", "unload"):
        assert [line for line in manager.process.lines(event) if line["model"] == "m"], event
    assert any("stand_in.json" in line["reason"] for line in manager.process.lines("failed"))


def test_metrics_tell_states_restarts_and_refusals_of_models_and_manager(manager: StandIns) -> None:
    (child,) = children_of(manager, "m")
    child.kill()
    eventually(lambda: back(manager, "m", child.pid))
    manager.chat("nobody")
    manager.chat("m", surprise=1)
    lines = manager.client.get("/metrics").text.splitlines()
    for line in (
        'parley_runtime_model_state{model="m",state="ready"} 1.0',
        'parley_runtime_model_state{model="m",state="failed"} 0.0',
        'parley_runtime_model_restarts_total{model="m"} 1.0',
        'parley_runtime_http_requests_total{code="model_not_found",status="404"} 1.0',
        'parley_runtime_http_requests_total{code="unknown_field",model="m",status="400"} 1.0',
    ):
        assert line in lines, line
