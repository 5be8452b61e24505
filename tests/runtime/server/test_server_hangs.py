"""A step that never ends: nobody waits for it beyond the deadline."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from model_runtime.server.answering import submit
from model_runtime.server.routes import health
from tests.runtime.server.events import chunks
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import eventually


@pytest.fixture
def hanging(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server of two slots whose steps hang until the test ends, or sets `step`."""
    monkeypatch.setattr(submit, "GRACE", 0.05)
    monkeypatch.setattr(health, "STALLED_AFTER", 0.2)
    step = threading.Event()
    served = serve(FakeBackend(gate=step.wait))
    served.step = step
    yield served
    step.set()


def chat(served: Any, headers: dict[str, str], **fields: Any) -> httpx.Response:
    body = {"model": "fake", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5} | fields
    return served.client.post("/v1/chat/completions", json=body, headers=headers)


def test_answers_of_a_hanging_model_end_at_their_deadline(hanging: Any) -> None:
    late = chat(hanging, {"X-Request-Timeout": "0.05"}, n=2)
    assert (late.status_code, late.json()["error"]["code"]) == (504, "deadline_exceeded")
    parts = chunks(chat(hanging, {"X-Request-Timeout": "0.05"}, stream=True))
    assert parts[-1]["error"]["code"] == "deadline_exceeded"
    assert "[DONE]" not in parts


def test_a_hanging_model_is_not_ready_and_when_it_comes_to_itself_it_answers_again(hanging: Any) -> None:
    chat(hanging, {"X-Request-Timeout": "0.05"})
    red = eventually(lambda: (answer := hanging.client.get("/ready")).status_code == 503 and answer)
    assert "a step has been running" in red.json()["error"]
    hanging.step.set()
    assert eventually(lambda: hanging.client.get("/ready").status_code == 200)
    assert chat(hanging, {}).json()["choices"][0]["message"]["content"] == "abcde"


def test_a_request_to_a_hanging_model_can_be_cancelled_by_its_id(hanging: Any) -> None:
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(chat(hanging, {"X-Request-Id": "mine"})))
    asking.start()
    eventually(lambda: hanging.engine.metrics.running == 1)
    hanging.client.post("/control/requests/mine/cancel")
    asking.join(60)
    assert (answers[0].status_code, answers[0].json()["error"]["code"]) == (499, "cancelled")
