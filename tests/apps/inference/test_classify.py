"""Asking a classifier, scripted where it must fail or be slow. `test_real_classifier.py` asks a real one."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from apps.inference.calls import classifying
from apps.inference.errors import RuntimeRefused, RuntimeUnavailable
from apps.inference.runtime.endpoints import Endpoint
from apps.inference.services import Classification, classify, classify_sync
from apps.registry.models import Kind, ModelVersion, RegisteredModel, Source
from apps.registry.selectors import Target, target_for

Handler = Callable[[httpx.Request], httpx.Response]
Ask = Callable[..., list[Classification]]


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Target:
    endpoint = Endpoint("http://runtime.example/v1", "s3cret", True)
    monkeypatch.setattr(classifying, "endpoint_for", lambda target: endpoint)
    version = ModelVersion(
        model=RegisteredModel(name="mood"),
        number=2,
        source=Source.PATH,
        kind=Kind.CLASSIFIER,
        labels=["bad", "good"],
    )
    return target_for(version)


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, target: Target, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks what `handler` answers; by either door."""

    def call(handler: Handler, inputs: list[Any], seconds: float = 5.0) -> list[Classification]:
        transport = httpx.MockTransport(handler)
        if request.param == "sync":
            client = httpx.Client(transport=transport)
            monkeypatch.setattr(classifying, "sync_client", lambda: client)
            return classify_sync(target=target, inputs=inputs, seconds=seconds)
        aclient = httpx.AsyncClient(transport=transport)
        monkeypatch.setattr(classifying, "async_client", lambda: aclient)
        return asyncio.run(classify(target=target, inputs=inputs, seconds=seconds, loading=seconds))

    return call


def rows(*probabilities: list[float]) -> httpx.Response:
    data = [{"index": index, "label": "x", "probs": probs} for index, probs in enumerate(probabilities)]
    return httpx.Response(200, json={"data": data[::-1]})


def test_each_text_gets_its_label_and_the_probability_of_every_label(ask: Ask) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return rows([0.9, 0.1], [0.25, 0.75])

    first, second = ask(handler, ["awful", "fine"])
    assert first == Classification("bad", 0.9, {"bad": 0.9, "good": 0.1}) and second.label == "good"
    assert seen[0].url == "http://runtime.example/v1/classify"
    assert json.loads(seen[0].content) == {"model": "mood@2", "input": ["awful", "fine"]}
    assert (
        seen[0].headers["authorization"] == "Bearer s3cret" and 4 < float(seen[0].headers["x-request-timeout"]) <= 5
    )


def test_many_texts_go_in_a_few_requests_and_come_back_in_order(ask: Ask) -> None:
    sizes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        texts = json.loads(request.content)["input"]
        sizes.append(len(texts))
        return rows(*([int(text) / 1000, 1 - int(text) / 1000] for text in texts))

    found = ask(handler, [str(number) for number in range(150)])
    assert [round(item.probabilities["bad"] * 1000) for item in found] == list(range(150)) and len(sizes) == 3


def test_no_texts_are_no_request(ask: Ask) -> None:
    assert ask(lambda request: pytest.fail("asked"), []) == []


@pytest.mark.parametrize(
    ("response", "error", "words"),
    [
        (httpx.Response(400, json={"error": {"message": "too long"}}), RuntimeRefused, "too long"),
        (httpx.Response(429, headers={"x-queue-position": "7"}, json={}), RuntimeUnavailable, "busy: 7 requests"),
        (httpx.Response(429, headers={"x-queue-position": "-1"}, json={}), RuntimeUnavailable, "busy. Try"),
        (httpx.Response(504, json={"error": {"code": "deadline_exceeded"}}), RuntimeUnavailable, "in time"),
        (httpx.Response(200, json={"data": [{"index": 0, "probs": [1.0]}]}), RuntimeUnavailable, "unreadable"),
        (httpx.Response(200, json={"data": [{"index": 0, "probs": [2.0, 0.1]}]}), RuntimeUnavailable, "unreadable"),
        (
            httpx.Response(200, content=b'{"data": [{"index": 0, "probs": [NaN, 1]}]}'),
            RuntimeUnavailable,
            "unreadable",
        ),
        (httpx.Response(200, content=b"<html>"), RuntimeUnavailable, "unreadable"),
        (httpx.Response(200, json={"data": []}), RuntimeUnavailable, "unreadable"),
    ],
)
def test_a_failure_says_what_failed(ask: Ask, response: httpx.Response, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask(
            lambda request: httpx.Response(
                response.status_code, headers=response.headers, content=response.content
            ),
            [""],
        )


def test_a_broken_connection_is_unavailable(ask: Ask) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(RuntimeUnavailable, match="reached"):
        ask(handler, ["text"])


def test_a_classifier_that_is_not_loaded_is_asked_for_within_the_deadline(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[dict[str, Any]] = []
    monkeypatch.setattr(classifying, "model_ensure", lambda **wish: loads.append(wish))

    async def awaited(**wish: Any) -> None:
        loads.append(wish)

    monkeypatch.setattr(classifying, "model_awaited", awaited)

    def handler(request: httpx.Request) -> httpx.Response:
        return rows([1.0, 0.0]) if loads else httpx.Response(503, json={"error": {"code": "loading"}})

    assert ask(handler, ["text"])[0].label == "bad"
    assert loads[0]["served_id"] == "mood@2" and loads[0].get("seconds", 0) <= 5


def test_the_deadline_ends_the_wait_of_the_event_loop(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = httpx.AsyncClient(transport=httpx.MockTransport(never))
    monkeypatch.setattr(classifying, "async_client", lambda: client)
    with pytest.raises(RuntimeUnavailable, match="in time"):
        asyncio.run(classify(target=target, inputs=["text"], seconds=0.05, loading=0.05))


def test_a_model_that_is_loading_has_its_own_time_and_the_answer_its_own(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = asyncio.Event()

    def handler(request: httpx.Request) -> httpx.Response:
        return rows([1.0, 0.0]) if ready.is_set() else httpx.Response(503, json={"error": {"code": "loading"}})

    async def awaited(**wish: Any) -> None:
        await asyncio.sleep(1.5)  # longer than an answer may take
        ready.set()

    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    monkeypatch.setattr(classifying, "async_client", lambda: client)
    monkeypatch.setattr(classifying, "model_awaited", awaited)
    found = asyncio.run(classify(target=target, inputs=["text"], seconds=1.0, loading=60))
    assert found[0].label == "bad"
    ready.clear()
    with pytest.raises(RuntimeUnavailable, match="in time"):
        asyncio.run(classify(target=target, inputs=["text"], seconds=30, loading=0.05))
