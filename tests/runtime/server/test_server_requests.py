"""What a request says about itself: its id, its patience, its caller; and cancelling it from outside."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from model_runtime.server.http.request_id import FORM
from tests.runtime.server.events import chunks
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import eventually

ASK: dict[str, Any] = {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}


def chat(served: Any, headers: dict[str, str], **fields: Any) -> httpx.Response:
    return served.client.post("/v1/chat/completions", json=ASK | fields, headers=headers)


def in_thread(work: Callable[[], httpx.Response]) -> tuple[threading.Thread, list[httpx.Response]]:
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    return thread, answers


@pytest.fixture
def endless(serve: Callable[..., Any]) -> Any:
    """A server whose answers take for ever, two at a time."""
    return serve(FakeBackend(slots=2, context_length=1_000_000, step_seconds=0.001))


def test_the_clients_id_comes_back_and_names_the_answer(served: Any) -> None:
    answer = chat(served, {"X-Request-Id": "job-7.a"}, max_tokens=1)
    assert answer.headers["x-request-id"] == "job-7.a"
    assert answer.json()["id"] == "chatcmpl-job-7.a"
    text = served.client.post(
        "/v1/completions", json={"model": "fake", "prompt": "x"}, headers={"X-Request-Id": "q"}
    )
    assert text.json()["id"] == "cmpl-q"


def test_a_request_without_an_id_gets_one_of_its_own_also_when_refused(served: Any) -> None:
    answers = [chat(served, {}, max_tokens=1), chat(served, {}, max_tokens=1), chat(served, {}, surprise=1)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


@pytest.mark.parametrize("value", ["", "a b", "x" * 129, "<script>", 'a"b', "a/b"])
def test_an_id_that_could_break_a_log_or_a_url_is_refused(served: Any, value: str) -> None:
    refused = chat(served, {"X-Request-Id": value})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "X-Request-Id")


@pytest.mark.parametrize("value", ["", "0", "-1", "nan", "inf", "soon", "1e400"])
def test_a_time_limit_is_a_positive_number(served: Any, value: str) -> None:
    refused = chat(served, {"X-Request-Timeout": value})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "X-Request-Timeout")


def test_an_answer_that_takes_longer_than_its_limit_is_504(endless: Any) -> None:
    late = chat(endless, {"X-Request-Timeout": "0.05"})
    assert late.status_code == 504
    assert late.json()["error"]["code"] == "deadline_exceeded"
    assert late.json()["error"]["type"] == "timeout_error"


def test_a_stream_that_takes_longer_than_its_limit_ends_with_the_error(endless: Any) -> None:
    asked = {"json": ASK | {"stream": True}, "headers": {"X-Request-Timeout": "60"}}
    with endless.client.stream("POST", "/v1/chat/completions", **asked) as response:
        lines = response.iter_lines()
        assert '"role":"assistant"' in next(lines)
        (sequence,) = eventually(lambda: endless.engine._scheduler.running)
        sequence.request.deadline = 0.0  # has passed
        rest = [line for line in lines if line]
    assert '"deadline_exceeded"' in rest[-1] and "data: [DONE]" not in rest


def test_the_servers_own_limit_binds_whoever_asks_for_more(endless: Any) -> None:
    endless.runtime.request_timeout = 0.05
    assert chat(endless, {"X-Request-Timeout": "1000"}).status_code == 504
    assert chat(endless, {}).status_code == 504


def test_cancelling_an_id_ends_all_its_answers_and_no_others(endless: Any) -> None:
    whole, answers = in_thread(lambda: chat(endless, {"X-Request-Id": "mine"}))
    stream, streams = in_thread(lambda: chat(endless, {"X-Request-Id": "mine"}, stream=True))
    other, others = in_thread(lambda: chat(endless, {"X-Request-Id": "other"}))
    eventually(lambda: endless.engine.metrics.running == 2 and endless.engine.metrics.waiting == 1)
    assert endless.client.post("/control/requests/mine/cancel").json() == {"id": "mine", "cancelled": 2}
    for thread in (whole, stream):
        thread.join(60)
    assert (answers[0].status_code, answers[0].json()["error"]["code"]) == (499, "cancelled")
    assert chunks(streams[0])[-1]["error"]["code"] == "cancelled"
    assert "[DONE]" not in chunks(streams[0])
    eventually(lambda: endless.engine.metrics.running == 1)
    assert not others
    assert endless.client.post("/control/requests/other/cancel").status_code == 200
    other.join(60)


def test_cancelling_several_answers_of_one_request_cancels_each(endless: Any) -> None:
    thread, answers = in_thread(lambda: chat(endless, {"X-Request-Id": "twice"}, n=2))
    eventually(lambda: endless.engine.metrics.running == 2)
    assert endless.client.post("/control/requests/twice/cancel").json() == {"id": "twice", "cancelled": 1}
    thread.join(60)
    assert answers[0].status_code == 499
    eventually(lambda: endless.engine.metrics.finished["cancelled"] == 2)  # the engine's thread counts


def test_an_id_that_nobody_runs_is_404(served: Any) -> None:
    chat(served, {"X-Request-Id": "over"}, max_tokens=1)
    for unknown in ("over", "never"):
        missing = served.client.post(f"/control/requests/{unknown}/cancel")
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "request_not_found")


def test_the_engine_knows_whose_request_it_is_and_by_which_id(endless: Any) -> None:
    thread, _ = in_thread(lambda: chat(endless, {"X-Request-Id": "r"}, user="u", safety_identifier="ada"))
    running = eventually(lambda: list(endless.engine._scheduler.running))
    assert (running[0].request.id, running[0].request.caller) == ("r", "ada")
    endless.client.post("/control/requests/r/cancel")
    thread.join(60)


def test_a_full_queue_says_the_place_the_size_and_when_to_come_back(serve: Callable[..., Any]) -> None:
    gate = threading.Event()
    served = serve(FakeBackend(slots=1, gate=gate.wait), queue_size=2)
    waiting = [in_thread(lambda: chat(served, {}, max_tokens=1))[0] for _ in range(3)]
    eventually(lambda: (served.engine.metrics.running, served.engine.metrics.waiting) == (1, 2))
    refused = chat(served, {}, max_tokens=1)
    assert refused.status_code == 429
    assert refused.headers["x-queue-position"] == "3"
    message = refused.json()["error"]["message"]
    assert "2 requests are waiting, of at most 2" in message
    assert f"in {refused.headers['retry-after']} seconds" in message
    gate.set()
    for thread in waiting:
        thread.join(60)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/models", {"Authorization": "Bearer wrong"}, 401),
        ("/v1/models", {"X-Request-Id": "a b"}, 400),
        ("/v1/models", {"X-Request-Timeout": "soon"}, 400),
        ("/v1/nothing", {}, 404),
        ("/control/requests/nobody/cancel", {}, 405),
    ],
)
def test_every_refusal_has_an_id(served: Any, path: str, headers: dict[str, str], status: int) -> None:
    refused = served.client.get(path, headers=headers)
    assert refused.status_code == status
    assert FORM.fullmatch(refused.headers["x-request-id"])


def test_a_crash_has_the_clients_id(serve: Callable[..., Any]) -> None:
    served = serve()
    served.runtime.need_generator = None
    crashed = chat(served, {"X-Request-Id": "unlucky"})
    assert (crashed.status_code, crashed.headers["x-request-id"]) == (500, "unlucky")
