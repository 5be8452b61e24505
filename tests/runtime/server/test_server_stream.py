"""Streams on the wire: order, counts, how little is sent, and what a broken connection does."""

import json
import re
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from model_runtime.engine.request import Piece
from model_runtime.server.answering.chunks import Envelope
from model_runtime.server.routes.chat import ChatChunks
from model_runtime.server.routes.completions import CompletionChunks
from tests.runtime.server.events import chunks
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import TOKEN, eventually
from tests.runtime.support.wire import asked


def raw_request(served: Any, body: dict[str, Any]) -> socket.socket:
    """A connection on which a chat completion has been asked for."""
    question = {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}
    return asked(f"{served.url}/v1/chat/completions", question | body)


def test_several_answers_are_interleaved_and_each_is_whole_and_ends_once(served: Any) -> None:
    parts = chunks(served.chat(n=3, max_tokens=4, stream=True))
    texts: dict[int, str] = defaultdict(str)
    ends: list[int] = []
    order = []
    for part in parts[:-1]:
        (choice,) = part["choices"]
        texts[choice["index"]] += choice["delta"].get("content") or ""
        order.append(choice["index"])
        ends += [choice["index"]] if choice["finish_reason"] else []
    assert texts == {0: "abcd", 1: "abcd", 2: "abcd"}
    assert sorted(ends) == [0, 1, 2]
    assert order != sorted(order)


def test_chunks_say_null_usage_if_the_last_one_counts_and_none_otherwise(served: Any) -> None:
    counted = chunks(served.chat(max_tokens=2, stream=True, stream_options={"include_usage": True}))
    assert [part["usage"] for part in counted[:-2]] == [None] * (len(counted) - 2)
    plain = chunks(served.chat(max_tokens=2, stream=True))
    assert all("usage" not in part for part in plain[:-1])


def test_every_chunk_counts_if_asked_to(served: Any) -> None:
    options = {"include_usage": True, "continuous_usage_stats": True}
    parts = chunks(served.chat(n=2, max_tokens=3, stream=True, stream_options=options))
    counts: dict[int, list[int]] = defaultdict(list)
    for part in parts[:-2]:
        assert part["usage"]["prompt_tokens"] == 2
        assert part["usage"]["total_tokens"] == 2 + part["usage"]["completion_tokens"]
        counts[part["choices"][0]["index"]].append(part["usage"]["completion_tokens"])
    assert counts == {0: [0, 1, 2, 3, 3], 1: [0, 1, 2, 3, 3]}
    assert parts[-2]["usage"]["completion_tokens"] == 6


def test_the_headers_come_before_the_first_token_and_the_first_token_before_the_second(
    serve: Callable[..., Any],
) -> None:
    steps = threading.Semaphore(0)
    served = serve(FakeBackend(gate=steps.acquire))
    connection = raw_request(served, {"stream": True, "max_tokens": 3})
    assert b"text/event-stream" in connection.recv(65_536)
    steps.release()
    first = connection.recv(65_536)
    assert (b'"content":"a"' in first, b'"content":"b"' in first) == (True, False)
    steps.release(10)
    rest = b""
    while b"[DONE]" not in rest:
        rest += connection.recv(65_536)
    connection.close()


def test_what_is_ready_at_once_is_sent_at_once(serve: Callable[..., Any]) -> None:
    # A grammar's forced tokens are all there in one step, as are the tokens of two answers.
    served = serve(FakeBackend(slots=2))
    connection = raw_request(served, {"stream": True, "max_tokens": 2, "n": 2})
    seen = b""
    while b"[DONE]" not in seen:
        seen += connection.recv(65_536)
    connection.close()
    body = seen.split(b"\r\n\r\n", 1)[1]
    sizes = [int(size, 16) for size in re.findall(rb"(?:^|\r\n)([0-9a-f]+)\r\n", body)]
    events = body.count(b"data: ")
    assert events == 9  # two turns opened, two times two tokens, two ends, [DONE]
    assert len([size for size in sizes if size]) < events - 2


def test_a_closed_socket_frees_the_slot_of_a_stream_within_a_step(serve: Callable[..., Any]) -> None:
    steps = threading.Semaphore(3)
    served = serve(FakeBackend(slots=1, context_length=100_000, gate=steps.acquire))
    connection = raw_request(served, {"stream": True})
    while b'"content":"a"' not in connection.recv(65_536):
        pass
    connection.close()
    (sequence,) = served.engine._scheduler.running
    eventually(lambda: sequence.request.cancelled)
    steps.release()  # the step in which the engine stands
    eventually(lambda: served.engine.metrics.running == 0)
    assert served.engine.metrics.finished["cancelled"] == 1


def test_a_closed_socket_frees_the_slots_of_all_whole_answers(serve: Callable[..., Any]) -> None:
    served = serve(FakeBackend(slots=2, context_length=100_000, step_seconds=0.001))
    connection = raw_request(served, {"n": 2})
    eventually(lambda: served.engine.metrics.running == 2)
    connection.close()
    eventually(lambda: served.engine.metrics.finished["cancelled"] == 2)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_any_text_is_one_line_of_json(text: str, usage: bool) -> None:
    envelope = Envelope({"id": "x", "model": 'a"b'}, usage=usage)
    for form in (ChatChunks(envelope, None), CompletionChunks(envelope, None)):
        event = form.piece(3, Piece(text, ()), envelope.end)
        assert event.endswith("\n\n")
        assert len(event.removesuffix("\n\n").splitlines()) >= 1
        chunk = json.loads(event.removeprefix("data: "))
        (choice,) = chunk["choices"]
        assert (choice["index"], chunk["model"], "usage" in chunk) == (3, 'a"b', usage)
        assert (choice["delta"]["content"] if "delta" in choice else choice["text"]) == text
        assert "\n" not in event[:-2]
        assert "\r" not in event


def test_while_a_request_waits_comments_that_clients_skip_say_that_the_server_is_alive(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_runtime.server.answering.event_stream.SIGN_OF_LIFE_SECONDS", 0.02)
    gate = threading.Event()
    served = serve(FakeBackend(gate=gate.wait))
    connection = raw_request(served, {"stream": True, "max_tokens": 3})
    seen = b""
    while seen.count(b": waiting\n\n") < 2:
        seen += connection.recv(65_536)
    assert b'"role":"assistant"' in seen, "what is known already is said"
    client = OpenAI(base_url=f"{served.url}/v1", api_key=TOKEN, max_retries=0)
    stream = client.chat.completions.create(
        model="fake", messages=[{"role": "user", "content": "hi"}], max_tokens=3, stream=True
    )
    gate.set()
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "abc"
    client.close()
    while b"[DONE]" not in seen:
        seen += connection.recv(65_536)
    connection.close()
