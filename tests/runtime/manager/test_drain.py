"""How a runtime ends, and how one of its models rests."""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.support.processes import RuntimeProcess, eventually
from tests.runtime.support.stand_in import make_model
from tests.runtime.support.stand_ins import StandIns, text_of

STEP = 0.01
COUNT = 120  # letters: it has not ended before anybody could look


@pytest.fixture(params=["manager", "lone server"])
def serving(request: pytest.FixtureRequest, start: Callable[..., StandIns], tmp_path: Path) -> Any:
    """Builds a manager, or a lone server, that serves a slow model as `m` with two slots."""

    def build(*arguments: str) -> StandIns:
        if request.param == "manager":
            manager = start("--slots", "2", *arguments)
            manager.load("m", step_seconds=STEP)
            return manager
        one = StandIns.__new__(StandIns)
        one.root = tmp_path
        folder = make_model(tmp_path / "m", step_seconds=STEP)
        one.process = RuntimeProcess(
            "--model", str(folder), "--slots", "2", *arguments, module="tests.runtime.support.stand_in"
        )
        request.addfinalizer(one.process.close)
        assert one.process.report()["event"] == "ready"
        one.client = one.process.client
        return one

    return build


def begin(one: StandIns, clients: int, count: int) -> list[Future[list[Any]]]:
    """That many streamed answers; returns once the first has begun and the others wait or run."""
    pool = ThreadPoolExecutor(clients)
    begun = threading.Event()
    answers = [pool.submit(one.stream, "m", count, begun.set) for _ in range(clients)]
    assert begun.wait(60)
    eventually(lambda: requests_of(one) == clients)
    return answers


def requests_of(one: StandIns) -> int:
    names = ("parley_runtime_requests_running", "parley_runtime_requests_waiting")
    return int(sum(one.counter(name, "m") for name in names))


def test_sigterm_lets_running_and_queued_answers_end_and_refuses_new_ones(serving: Any) -> None:
    one = serving()
    answers = begin(one, 3, COUNT)  # two slots: the third waits
    standing_still = one.root / "m" / "hang"
    standing_still.touch()
    one.process.process.send_signal(signal.SIGTERM)
    refused = eventually(lambda: (answer := one.chat("m")).status_code == 503 and answer)
    assert refused.json()["error"]["code"] == "stopping"
    assert int(refused.headers["retry-after"]) >= 1
    assert one.client.get("/ready").status_code == 503
    health = one.client.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "stopping")
    standing_still.unlink()
    for answer in answers:
        events = answer.result(60)
        assert text_of(events) == "a" * COUNT
        assert events[-1] == "[DONE]"
    assert one.process.process.wait(60) == 0


def test_an_idle_runtime_ends_at_once(serving: Any) -> None:
    one = serving()
    one.process.process.send_signal(signal.SIGTERM)
    assert one.process.process.wait(60) == 0


def test_who_is_still_writing_when_time_is_up_is_told(serving: Any) -> None:
    one = serving("--drain-seconds", "0.3")
    answers = begin(one, 1, 5000)
    one.process.process.send_signal(signal.SIGTERM)
    assert one.process.process.wait(60) == 0
    events = answers[0].result(60)
    assert events[-1]["error"]["code"] == "cancelled", "a planned end is no breakdown"


def test_a_second_signal_ends_at_once(serving: Any) -> None:
    one = serving()
    answers = begin(one, 1, 5000)
    one.process.process.send_signal(signal.SIGTERM)
    eventually(lambda: one.client.get("/ready").status_code == 503)
    one.process.process.send_signal(signal.SIGTERM)
    one.process.process.wait(60)
    with pytest.raises(httpx.HTTPError):
        answers[0].result(60)


def test_a_drained_model_ends_its_answers_and_takes_none_until_it_is_loaded_again(
    start: Callable[..., StandIns],
) -> None:
    one = start()
    folder = one.load("m", step_seconds=STEP)
    one.load("other")
    answers = begin(one, 1, COUNT)
    (folder / "hang").touch()
    assert one.client.post("/control/drain", json={"id": "m"}).status_code == 202
    status = one.status("m")
    assert (status["state"], status["requests"]) == ("draining", 1)
    refused = one.chat("m")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "stopping")
    assert "m" in one.client.get("/ready").json()["problems"]
    assert one.chat("other").status_code == 200
    (folder / "hang").unlink()
    assert text_of(answers[0].result(60)) == "a" * COUNT
    assert one.status("m")["requests"] == 0
    assert one.process.load("m", folder).json() == {"id": "m", "state": "ready"}
    assert one.chat("m").status_code == 200
    assert one.client.get("/ready").status_code == 200


def test_all_models_are_drained_with_one_word(start: Callable[..., StandIns]) -> None:
    one = start()
    one.load("m")
    one.load("other")
    drained = one.client.post("/control/drain", json={}).json()["models"]
    assert [(model["id"], model["state"]) for model in drained] == [("m", "draining"), ("other", "draining")]
    assert {one.chat("m").status_code, one.chat("other").status_code} == {503}
    assert one.client.post("/control/drain", json={"id": "nobody"}).status_code == 404


@pytest.fixture
def classifying(tmp_path: Path) -> Iterator[Callable[..., tuple[RuntimeProcess, Path]]]:
    """Starts a lone classifier that stands still, and its folder."""
    started: list[RuntimeProcess] = []

    def build(*arguments: str) -> tuple[RuntimeProcess, Path]:
        folder = make_model(tmp_path / "m", labels=2)
        (folder / "hang").touch()
        process = RuntimeProcess("--model", str(folder), *arguments, module="tests.runtime.support.stand_in")
        started.append(process)
        assert process.report()["event"] == "ready"
        return process, folder

    yield build
    for process in started:
        process.close()


def classify(process: RuntimeProcess) -> httpx.Response:
    return process.client.post("/v1/classify", json={"model": "m", "input": "x"})


def test_sigterm_lets_a_classification_end_and_refuses_new_ones(classifying: Any) -> None:
    process, folder = classifying()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(classify, process)
        eventually((folder / "asked").exists)
        process.process.send_signal(signal.SIGTERM)
        refused = eventually(lambda: (answer := classify(process)).status_code == 503 and answer)
        assert refused.json()["error"]["code"] == "stopping"
        (folder / "hang").unlink()
        assert asking.result(60).json()["data"][0]["probs"] == [1.0, 0.0]
    assert process.process.wait(60) == 0


def test_a_classification_that_is_not_computed_when_time_is_up_is_told(classifying: Any) -> None:
    process, folder = classifying("--drain-seconds", "0.3")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(classify, process)
        eventually((folder / "asked").exists)
        process.process.send_signal(signal.SIGTERM)
        assert process.process.wait(60) == 0
        assert asking.result(60).json()["error"]["code"] == "cancelled"
