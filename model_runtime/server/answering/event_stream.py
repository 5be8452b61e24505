"""Sends answers as server-sent events, as they come: whatever is ready goes out in one message."""

from starlette.types import Receive, Scope, Send

from model_runtime.engine.request import Event, Piece
from model_runtime.server.answering.chunks import Chunks
from model_runtime.server.answering.engine_errors import failure
from model_runtime.server.answering.render import metrics_of, usage_of
from model_runtime.server.answering.run import Run
from model_runtime.server.answering.waiting import every, on_disconnect
from model_runtime.server.http import sse

_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8")] + [
    (name.lower().encode(), value.encode()) for name, value in sse.HEADERS.items()
]

SIGN_OF_LIFE_SECONDS = 10.0
"""Never longer is a stream silent: while its request waits, comments say that the server is alive."""


class EventStream:
    """An ASGI response. It ends with `[DONE]`, or with an error event and without."""

    def __init__(self, run: Run, chunks: Chunks, *, usage: bool, running_usage: bool) -> None:
        self._run = run
        self._chunks = chunks
        self._usage = usage
        self._written = [0] * run.count if running_usage else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._run, on_disconnect(receive, self._run.cancel), every(SIGN_OF_LIFE_SECONDS, self._run.nudge):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            text = "".join(self._chunks.opening(index, self._end(index, 0)) for index in range(self._run.count))
            async for batch in self._run.batches():
                for index, events in batch:
                    for event in events:
                        text += self._word(index, event)
                failed = self._run.failure
                if failed is not None:
                    self._run.exchange.fails(failed)
                    last = text.encode() + sse.event(failed.body())
                    await send({"type": "http.response.body", "body": last})
                    return
                await send({"type": "http.response.body", "body": text.encode() or sse.COMMENT, "more_body": True})
                text = ""
            await send({"type": "http.response.body", "body": self._summary() + sse.DONE})

    def _word(self, index: int, event: Event) -> str:
        if isinstance(event, Piece):
            return self._chunks.piece(index, event, self._end(index, len(event.tokens)))
        return "" if failure(event) else self._chunks.ending(index, event.reason, self._end(index, 0))

    def _end(self, index: int, written: int) -> str:
        if self._written is None:
            return self._chunks.envelope.end
        self._written[index] += written
        return self._chunks.envelope.end_with(self._run.prompt_tokens, self._written[index])

    def _summary(self) -> bytes:
        if not self._usage:
            return b""
        finished = self._run.exchange.finished
        return self._chunks.envelope.summary(usage_of(finished), metrics_of(finished)).encode()
