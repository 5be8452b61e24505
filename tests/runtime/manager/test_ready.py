"""When a manager says that it is ready, and what a model that is not says to who asks it."""

from collections.abc import Callable
from typing import Any

from tests.runtime.manager.test_crash import back, children_of
from tests.runtime.support.processes import eventually
from tests.runtime.support.stand_ins import StandIns


def ready(manager: StandIns) -> tuple[int, Any]:
    answer = manager.client.get("/ready")
    return answer.status_code, answer.json()["problems"]


def fail(manager: StandIns, model: str) -> None:
    (manager.root / model).mkdir()
    manager.process.load(model, manager.root / model)
    assert manager.settled(model)["state"] == "failed"


def test_a_manager_without_a_model_that_answers_is_not_ready(start: Callable[..., StandIns]) -> None:
    manager = start()
    assert ready(manager) == (503, {})
    fail(manager, "bad")
    status, problems = ready(manager)
    assert status == 503 and "stand_in.json" in problems["bad"]
    manager.load("good")
    assert ready(manager) == (200, problems), "a new model that cannot be loaded takes nothing from the others"


def test_a_manager_is_not_ready_while_a_model_that_served_loads_again(start: Callable[..., StandIns]) -> None:
    manager = start()
    manager.load("other")
    manager.load("m")
    assert ready(manager) == (200, {})
    (child,) = children_of(manager, "m")
    child.kill()
    _, problems = eventually(lambda: (found := ready(manager))[0] == 503 and found)
    assert list(problems) == ["m"]
    eventually(lambda: back(manager, "m", child.pid))
    assert ready(manager) == (200, {})


def test_what_loads_again_says_when_to_come_back_and_what_failed_for_good_does_not(
    start: Callable[..., StandIns],
) -> None:
    manager = start()
    fail(manager, "bad")
    refused = manager.chat("bad")
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["type"]) == (503, "failed", "server_error")
    assert "is not started again" in error["message"] and "stand_in.json" in error["message"]
    assert "retry-after" not in refused.headers and refused.headers["x-should-retry"] == "false"
    manager.load("m")
    (child,) = children_of(manager, "m")
    child.kill()
    again = eventually(lambda: (answer := manager.chat("m")).status_code == 503 and answer)
    if again.json()["error"]["code"] != "broken":
        assert "is loading again" in again.json()["error"]["message"]
        assert f"Try again in {again.headers['retry-after']} seconds" in again.json()["error"]["message"]
