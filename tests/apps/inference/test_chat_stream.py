"""Streaming from a runtime, real where it can be and scripted where it must fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest

from apps.inference.calls import stream
from apps.inference.errors import RuntimeRefused, RuntimeUnavailable
from apps.inference.runtime import transport
from apps.inference.runtime.endpoints import Endpoint
from apps.inference.services import Delta, Finished, chat_stream, loading_told
from apps.registry.models import ModelVersion, RegisteredModel, Source
from apps.registry.selectors import Target, target_for

MESSAGES = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Target:
    """A model of another server; the key is in the environment."""
    monkeypatch.setenv("TEST_KEY", "s3cret")
    version = ModelVersion(
        model=RegisteredModel(name="far"),
        number=1,
        source=Source.ENDPOINT,
        base_url="http://far.example/v1",
        remote_model="far-7b",
        key_env="TEST_KEY",
    )
    return target_for(version)


def answering(monkeypatch: pytest.MonkeyPatch, handler: Callable[[httpx.Request], httpx.Response]) -> None:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    monkeypatch.setattr(stream, "async_client", lambda: client)


def lines(*events: object) -> bytes:
    return b"".join(b"data: " + (e if isinstance(e, bytes) else json.dumps(e).encode()) + b"\n\n" for e in events)


def chunk(text: str = "", reason: str | None = None) -> dict[str, object]:
    return {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}


async def collected(target: Target, **changes: object) -> list[Delta | Finished]:
    wish = {"messages": MESSAGES, "grammar": None, "max_tokens": 8, **changes}
    return [piece async for piece in chat_stream(target=target, **wish)]


def test_a_stream_becomes_deltas_and_one_end(monkeypatch: pytest.MonkeyPatch, elsewhere: Target) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        usage = {"choices": [], "usage": {"completion_tokens": 2}}
        body = b": hello\n\n" + lines(chunk("Good"), chunk(" day", "stop"), usage, b"[DONE]")
        return httpx.Response(200, content=body)

    answering(monkeypatch, handler)
    pieces = asyncio.run(collected(elsewhere, grammar="start: /x/"))
    assert pieces == [Delta("Good"), Delta(" day"), Finished("stop", {"completion_tokens": 2}, {})]
    body = json.loads(seen[0].content)
    assert seen[0].url == "http://far.example/v1/chat/completions"
    assert seen[0].headers["authorization"] == "Bearer s3cret"
    assert (body["model"], body["structured_outputs"]) == ("far-7b", {"grammar": "start: /x/"})


def test_our_runtime_learns_who_asks_only_as_a_hash_and_how_long_it_may_take(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Target
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        usage = {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 8}}
        return httpx.Response(200, content=lines(chunk("Hi", "stop"), {"choices": [], "usage": usage}, b"[DONE]"))

    answering(monkeypatch, handler)
    ours = Endpoint("http://runtime.example/v1", "", True)
    for endpoint in (ours, ours, replace(ours, ours=False)):
        monkeypatch.setattr(stream, "endpoint_for", lambda target, found=endpoint: found)
        pieces = asyncio.run(collected(elsewhere, caller="li.lei", request_id="7f3c"))
    first, second, far = (json.loads(request.content) for request in seen)
    assert first["user"] == second["user"] and len(first["user"]) == 32 and "li" not in first["user"]
    assert "user" not in far
    assert (seen[0].headers["x-request-id"], seen[0].headers["x-request-timeout"]) == ("7f3c", "300")
    assert pieces[-1] == Finished("stop", {"prompt_tokens": 9, "cached_tokens": 8}, {})


@pytest.mark.parametrize(
    "response, error, words",
    [
        (httpx.Response(400, json={"error": {"message": "top_k is not known"}}), RuntimeRefused, "top_k"),
        (httpx.Response(401, json={}), RuntimeUnavailable, "key"),
        (httpx.Response(404, json={"error": {"message": "no such model"}}), RuntimeUnavailable, "loaded"),
        (httpx.Response(429, json={"error": {"message": "full"}}), RuntimeUnavailable, "busy"),
        (httpx.Response(429, headers={"x-queue-position": "3"}), RuntimeUnavailable, "3 requests"),
        (httpx.Response(504, json={"error": {"message": "late"}}), RuntimeUnavailable, "in time"),
        (
            httpx.Response(200, content=lines({"error": {"message": "late", "code": "deadline_exceeded"}})),
            RuntimeUnavailable,
            "in time",
        ),
        (httpx.Response(502, content=b"<html>bad gateway"), RuntimeUnavailable, "bad gateway"),
        (httpx.Response(200, content=lines(chunk("Good"))), RuntimeUnavailable, "broke off"),
        (httpx.Response(200, content=lines({"error": {"message": "gone"}})), RuntimeUnavailable, "gone"),
        (httpx.Response(200, content=lines(b"{nonsense")), RuntimeUnavailable, "unreadable"),
        (httpx.Response(200, content=lines(b"[1]")), RuntimeUnavailable, "unreadable"),
    ],
)
def test_a_failure_says_what_failed(
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: Target,
    response: httpx.Response,
    error: type[Exception],
    words: str,
) -> None:
    answering(monkeypatch, lambda request: response)
    with pytest.raises(error, match=words):
        asyncio.run(collected(elsewhere))


@pytest.mark.parametrize(
    "cause", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.ReadError("cut")]
)
def test_a_broken_connection_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Target, cause: httpx.HTTPError
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise cause

    answering(monkeypatch, handler)
    with pytest.raises(RuntimeUnavailable):
        asyncio.run(collected(elsewhere))


def test_a_request_that_waits_is_waited_for_as_long_as_the_runtime_says_so(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Target
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    silence = 1.5

    async def answered_after(comments: int) -> list[Delta | Finished]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head)
            for _ in range(comments):
                await asyncio.sleep(silence / 5)
                writer.write(b": waiting\n\n")
            if comments:
                writer.write(lines(chunk("Good", "stop"), b"[DONE]"))
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        monkeypatch.setattr(stream, "endpoint_for", lambda _: Endpoint(base_url, "", False))
        async with server, httpx.AsyncClient(timeout=silence, trust_env=False) as client:
            monkeypatch.setattr(stream, "async_client", lambda: client)
            return await collected(elsewhere)

    assert asyncio.run(answered_after(8))[0] == Delta("Good")
    with pytest.raises(RuntimeUnavailable, match="in time"):
        asyncio.run(answered_after(0))


def test_a_runtime_that_only_says_that_it_is_alive_is_given_up_when_no_answer_may_take_longer(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Target
) -> None:
    async def only_comments() -> AsyncIterator[bytes]:
        while True:
            yield b": still here\n\n"
            await asyncio.sleep(0.01)

    monkeypatch.setattr(stream, "ANSWER_SECONDS", 0.1)
    answering(monkeypatch, lambda request: httpx.Response(200, content=only_comments()))
    with pytest.raises(RuntimeUnavailable, match="silent"):
        asyncio.run(collected(elsewhere))


def test_a_missing_key_names_its_variable(monkeypatch: pytest.MonkeyPatch, elsewhere: Target) -> None:
    monkeypatch.delenv("TEST_KEY")
    with pytest.raises(RuntimeUnavailable, match="TEST_KEY"):
        asyncio.run(collected(elsewhere))


@pytest.mark.django_db
def test_the_real_runtime_loads_at_the_first_question_streams_and_is_cancelled_by_closing(
    runtime: str, new_version: Callable[..., ModelVersion]
) -> None:
    target = target_for(new_version("asked-first"))
    told: list[bool] = []

    async def both() -> tuple[list[Delta | Finished], Delta | Finished]:
        loading_told(told.append)
        whole = await collected(target, max_tokens=4)
        answer = chat_stream(target=target, messages=MESSAGES, grammar=None, max_tokens=400)
        first = await anext(answer)
        await answer.aclose()
        await transport.async_client().aclose()
        return whole, first

    whole, first = asyncio.run(both())
    assert told == [True, False], "who asks is told of the loading once, and not when the model is there"
    end = whole[-1]
    assert isinstance(end, Finished) and end.usage["completion_tokens"] <= 4
    assert isinstance(first, Delta) and first.logprob is not None and first.logprob <= 0
    assert {"first_token_ms", "decode_ms"} <= set(end.metrics)
