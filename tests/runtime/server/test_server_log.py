"""The log: a line a request with figures and names, and never a word of what people write."""

import io
import json
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from model_runtime.server.http import request_log
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import TOKEN, eventually

SECRET = "xylophone"
KEYS = {
    "event", "id", "path", "model", "caller", "prompt_tokens", "completion_tokens", "cached_tokens", "queue_ms",
    "first_token_ms", "total_ms", "finish_reason", "status", "code", "time", "level",
}  # fmt: skip


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines so far, with the log switched on as `--log-requests` does."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    request_log.log_requests()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    request_log.logger.handlers.clear()
    request_log.logger.setLevel(logging.NOTSET)
    request_log.logger.propagate = True


def test_a_request_leaves_one_line_of_figures(served: Any, log: Any) -> None:
    served.chat("hi", max_tokens=3, n=2, user="ada@example.org")
    (line,) = eventually(log)
    assert set(line) == KEYS
    assert (line["model"], line["status"], line["finish_reason"]) == ("fake", 200, "length")
    assert (line["prompt_tokens"], line["completion_tokens"], line["cached_tokens"]) == (2, 6, 0)
    assert line["total_ms"] >= line["first_token_ms"] > 0
    assert "example" not in json.dumps(line)


def test_one_callers_lines_can_be_told_from_anothers(served: Any, log: Any) -> None:
    for user in ("ada", "ada", "bob", None):
        served.chat("hi", max_tokens=1, user=user)
    callers = [line["caller"] for line in eventually(lambda: len(log()) == 4 and log(), 5)]
    assert callers[0] == callers[1] != callers[2]
    assert callers[3] is None


def test_refusals_and_requests_cut_short_leave_a_line_too(serve: Callable[..., Any], log: Any) -> None:
    served = serve(FakeBackend(slots=1, context_length=1_000_000, step_seconds=0.001))
    served.chat("hi", surprise=1)
    served.client.post("/v1/chat/completions", content=b"{")
    with served.client.stream("POST", "/v1/chat/completions", json=body("hi", stream=True)) as response:
        next(response.iter_lines())
    eventually(lambda: len(log()) == 3)
    served.client.get("/v1/models", headers={"Authorization": "Bearer wrong"})
    served.client.get("/v1/nothing", headers={"X-Request-Id": "no id"})
    served.chat("hi", model="nobody")
    served.client.post("/v1/chat/completions", headers={"X-Request-Timeout": "soon"})
    lines = eventually(lambda: len(log()) == 7 and log())
    assert [line["status"] for line in lines] == [400, 400, 499, 401, 400, 404, 400]
    assert [line["finish_reason"] for line in lines] == [None, None, "cancelled", None, None, None, None]
    assert [line["model"] for line in lines] == ["fake", None, "fake", None, None, None, None]
    assert [line["code"] for line in lines][:4] == ["unknown_field", "invalid_json", "cancelled", "invalid_api_key"]


def test_who_leaves_in_the_midst_of_a_body_is_noted_as_gone(served: Any, log: Any) -> None:
    head = f"POST /v1/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: 9\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.client.base_url.port)) as leaving:
        leaving.sendall(head.encode() + b"{")
    (line,) = eventually(log)
    assert (line["status"], line["code"]) == (499, "cancelled")


def test_a_stream_that_is_cancelled_by_id_tells_what_it_wrote_and_that_it_was_cancelled(
    serve: Callable[..., Any], log: Any
) -> None:
    served = serve(FakeBackend(slots=1, context_length=1_000_000, step_seconds=0.001))
    headers = {"X-Request-Id": "mine"}
    request = ("POST", "/v1/chat/completions")
    with served.client.stream(*request, json=body("hi", stream=True), headers=headers) as response:
        lines = response.iter_lines()
        next(lines)
        served.client.post("/control/requests/mine/cancel")
        assert "cancelled" in list(lines)[-2]
    (line,) = eventually(log)
    assert (line["id"], line["status"], line["code"], line["finish_reason"]) == (
        "mine",
        499,
        "cancelled",
        "cancelled",
    )
    assert line["prompt_tokens"] == 2 and line["completion_tokens"] > 0


def test_other_routes_leave_no_line_and_nothing_is_logged_by_default(served: Any, log: Any) -> None:
    served.client.get("/health")
    served.client.get("/metrics")
    request_log.logger.setLevel(logging.WARNING)
    served.chat("hi", max_tokens=1)
    assert log() == []


def body(text: str, **fields: Any) -> dict[str, Any]:
    return {"model": "fake", "messages": [{"role": "user", "content": text}]} | fields


def test_no_word_of_a_message_reaches_any_log_whatever_happens(
    serve: Callable[..., Any], caplog: pytest.LogCaptureFixture, log: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.DEBUG)
    written: list[int] = []

    def script(position: int) -> int:
        written.append(position)
        return SECRET.encode()[position % len(SECRET)]

    def gate() -> None:
        if len(written) > 60:
            raise MemoryError("no room")

    served = serve(FakeBackend(script, gate=gate, context_length=200))
    assert SECRET in served.chat(SECRET, max_tokens=20, user=SECRET).text
    requests: list[dict[str, Any]] = [
        body(SECRET, stream=True, max_tokens=9, stop=SECRET, logprobs=True, metadata={"a": SECRET}),
        body(SECRET, temperature=SECRET),
        body(SECRET, **{SECRET: 1}),
        body(SECRET * 100),
        body(SECRET, structured_outputs={"regex": f"({SECRET}"}),
        body(SECRET, structured_outputs={"json": f"{{{SECRET}"}),
        body(SECRET, structured_outputs={"choice": [SECRET]}),
        body(SECRET, model=SECRET),
        body(SECRET, messages=SECRET),
        body(SECRET),
        body(SECRET),
    ]
    statuses = {served.client.post("/v1/chat/completions", json=one).status_code for one in requests}
    statuses |= {served.client.post("/v1/completions", json={"model": "fake", "prompt": SECRET}).status_code}
    assert statuses == {200, 400, 404, 500}
    eventually(lambda: len(log()) == len(requests) + 2)
    assert SECRET not in caplog.text
    assert SECRET not in json.dumps(log())
    assert "no room" in caplog.text, "failures themselves are logged"
