"""The load generator, against a server whose answers are known."""

import asyncio
import json
import socket
from collections.abc import Sequence

import pytest

from tools.bench.client import Answer, Endpoint, ask
from tools.bench.load import Load

EVENTS = [
    {"choices": [{"delta": {"role": "assistant", "content": ""}}]},
    {"choices": [{"delta": {"content": "one"}}]},
    {"choices": [{"delta": {"content": " two"}}]},
    {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
]
BODY = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in EVENTS) + b"data: [DONE]\n\n"


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


def answered(status: str, chunks: Sequence[bytes]) -> Answer:
    """What the client makes of a chunked answer that is cut like this."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for chunk in chunks:
            writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        writer.write(b"0\r\n\r\n" if status != "200 broken" else b"")
        await writer.drain()
        writer.close()

    async def both() -> Answer:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await ask(port, Endpoint(port, "m").post("/v1/chat/completions", {}))

    return asyncio.run(both())


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_an_answer_is_read_however_the_network_cuts_it(size: int) -> None:
    answer = answered("200 OK", cut(BODY, size))
    assert (answer.text, answer.usage["completion_tokens"], answer.problem) == ("one two", 2, None)
    assert len(answer.gaps) == 1
    assert answer.first > 0


def test_a_refusal_is_a_problem_with_its_reason() -> None:
    assert "queue" in (answered("429 Too Many Requests", [b'{"error": "the queue is full"}']).problem or "")


def test_an_answer_that_breaks_off_is_a_problem() -> None:
    assert answered("200 broken", [BODY[:40]]).problem


def test_an_error_in_the_midst_of_a_stream_is_a_problem() -> None:
    assert answered("200 OK", [BODY, b'data: {"error": {"message": "out of memory"}}\n\n']).problem


def test_a_server_that_is_not_there_is_a_problem_and_no_crash() -> None:
    with socket.socket() as bound:  # and does not listen; nor can anybody else meanwhile
        bound.bind(("127.0.0.1", 0))
        assert asyncio.run(ask(bound.getsockname()[1], b"")).problem


def timed(*times: float, tokens: int) -> Answer:
    """Sent at 0, a piece of text at each time."""
    text = b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n'
    usage = b'data: {"choices": [], "usage": {"completion_tokens": %d}}\n\n' % tokens
    return Answer(0.0, [*((time, text) for time in times), (times[-1], usage)], 200)


def test_rates_and_times_of_a_load_are_those_of_its_answers() -> None:
    load = Load([timed(0.1, 0.2, 0.4, tokens=5), timed(0.3, 0.4, tokens=3)], 2.0, 0.1)
    assert load.rate == 4.0
    assert load.first(0.5) == pytest.approx(100)
    assert load.first(0.95) == pytest.approx(300)
    assert load.between(0.5) == pytest.approx(100)
    assert load.between(0.95) == pytest.approx(200)
    assert load.problems == []


def test_a_failed_answer_counts_as_a_problem_and_not_in_the_times() -> None:
    load = Load([timed(0.1, tokens=1), Answer(0.0, error="refused")], 1.0, 0.0)
    assert load.problems == ["refused"]
    assert load.first(1.0) == pytest.approx(100)
