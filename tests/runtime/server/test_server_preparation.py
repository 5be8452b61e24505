"""While a request is being prepared: it counts in the queue, has its deadline, and can be cancelled."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from model_runtime.server.http import helper
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import eventually
from tests.runtime.support.wire import asked


class Held:
    """A server of one slot and two places in the queue, whose preparations stand still until `gate` is set."""

    def __init__(self, served: Any) -> None:
        self.served = served
        self.gate = threading.Event()
        self.inside = 0
        self._chat = served.runtime.generator.tokenizer.chat
        served.runtime.generator.tokenizer.chat = self._prepare
        self._threads: list[threading.Thread] = []

    def ask(self, request_id: str = "mine", **fields: Any) -> list[httpx.Response]:
        """Begin a request; its answer comes into the list."""
        answers: list[httpx.Response] = []
        preparing = self.served.runtime.preparing
        thread = threading.Thread(target=lambda: answers.append(self.now({"X-Request-Id": request_id}, **fields)))
        thread.start()
        self._threads.append(thread)
        eventually(lambda: self.served.runtime.preparing > preparing)
        return answers

    def now(self, headers: dict[str, str], **fields: Any) -> httpx.Response:
        body = {"model": "fake", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 2} | fields
        return self.served.client.post("/v1/chat/completions", json=body, headers=headers)

    def end(self) -> None:
        self.gate.set()
        for thread in self._threads:
            thread.join(60)

    def _prepare(self, *arguments: Any, **options: Any) -> list[int]:
        self.inside += 1
        assert self.gate.wait(60)
        return self._chat(*arguments, **options)


@pytest.fixture
def held(serve: Callable[..., Any]) -> Iterator[Held]:
    one = Held(serve(FakeBackend(slots=1), queue_size=2))
    yield one
    one.end()


def test_who_is_being_prepared_takes_a_place_in_the_queue(held: Held) -> None:
    answers = [held.ask() for _ in range(3)]  # one could run at once, two wait; there are two threads for all
    refused = held.now({})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "queue_full")
    assert "2 requests are waiting, of at most 2" in refused.json()["error"]["message"]
    assert refused.headers["x-queue-position"] == "3"
    held.end()
    assert [answer[0].status_code for answer in answers] == [200] * 3
    assert held.now({}).status_code == 200


def test_the_deadline_holds_while_a_request_waits_to_be_prepared(held: Held) -> None:
    held.ask()
    held.ask()
    eventually(lambda: held.inside == 2)
    late = held.now({"X-Request-Timeout": "0.1"})
    assert (late.status_code, late.json()["error"]["code"]) == (504, "deadline_exceeded")
    held.end()
    assert held.inside == 2, "what nobody waits for any more is not prepared"


@pytest.mark.parametrize("stream", [False, True])
def test_a_request_that_is_being_prepared_or_waits_for_it_is_cancelled_by_its_id(held: Held, stream: bool) -> None:
    asked = [held.ask("mine", stream=stream), held.ask("other"), held.ask("mine", stream=stream)]
    eventually(lambda: held.inside == 2)
    cancel = held.served.client.post
    assert cancel("/control/requests/mine/cancel").json() == {"id": "mine", "cancelled": 2}
    for answer in (asked[0], asked[2]):
        eventually(lambda answer=answer: answer)
        assert (answer[0].status_code, answer[0].json()["error"]["code"]) == (499, "cancelled")
        assert answer[0].headers["x-request-id"] == "mine"
    assert cancel("/control/requests/mine/cancel").status_code == 404
    held.end()
    assert asked[1][0].status_code == 200
    finished = held.served.engine.metrics.finished
    assert sum(finished.values()) == 1, "the engine never heard of the others"


def test_a_client_that_leaves_gives_its_place_back(held: Held) -> None:
    held.ask()
    held.ask()
    question = {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}
    with asked(f"{held.served.url}/v1/chat/completions", question):
        eventually(lambda: held.served.runtime.preparing == 3)
    eventually(lambda: held.served.runtime.preparing == 2)


def test_more_answers_than_could_ever_wait_and_run_are_refused_for_good_with_the_numbers(held: Held) -> None:
    held.gate.set()
    refused = held.now({}, n=4)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "n")
    assert refused.json()["error"]["message"] == "n is 4; at once 1 answers run here, and 2 wait."
    assert held.now({}, n=3).status_code == 200


def test_a_template_that_loops_ends_though_its_client_has_left(serve: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setattr("model_runtime.server.http.helper.run_bounded.__kwdefaults__", {"seconds": 0.5})
    served = serve()
    chat, begun, ended = served.runtime.generator.tokenizer.chat, [], []

    def noted(*arguments: Any, **options: Any) -> list[int]:
        begun.append(arguments)
        try:
            return chat(*arguments, **options)
        finally:
            ended.append(arguments)

    served.runtime.generator.tokenizer.chat = noted
    body = {"model": "fake", "messages": [{"role": "user", "content": "loop"}]}
    for number in (1, 2):  # as many as there are threads
        with asked(f"{served.url}/v1/chat/completions", body):
            eventually(lambda number=number: len(begun) == number)
    eventually(lambda: len(ended) == 2)
    assert served.chat("fine", max_tokens=1).status_code == 200


def test_a_model_none_of_whose_preparations_comes_to_an_end_is_not_ready_until_one_does(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper, "STUCK_AFTER", 0.0)
    ready = held.served.client.get
    held.ask()
    eventually(lambda: held.inside == 1)
    assert ready("/ready").status_code == 200, "the other thread is free"
    held.ask()
    eventually(lambda: held.inside == 2)
    red = ready("/ready")
    assert (red.status_code, red.json()["status"]) == (503, "unhealthy")
    assert "no request can be prepared" in red.json()["error"]
    held.end()
    eventually(lambda: ready("/ready").status_code == 200)
