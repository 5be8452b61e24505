"""POST /v1/completions."""

import time
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from model_runtime.engine.request import Piece, Token
from model_runtime.protocol.completions import Completion, CompletionChoice, CompletionLogprobs, CompletionRequest
from model_runtime.server.answering.chunks import Envelope
from model_runtime.server.answering.collect import collect
from model_runtime.server.answering.event_stream import EventStream
from model_runtime.server.answering.render import LogprobRenderer, metrics_of, usage_of
from model_runtime.server.answering.run import Prepared, start
from model_runtime.server.answering.wishes import constraint_of
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.sse import encode
from model_runtime.server.runtime import Generator


async def completions(request: Request) -> Response | ASGIApp:
    """Continue a text, streamed or whole."""
    body, generator, run = await start(request, CompletionRequest, _prepare, param="prompt")
    logprobs = Logprobs(LogprobRenderer(generator, body.logprobs), body.n) if body.logprobs is not None else None
    head: dict[str, Any] = {"id": f"cmpl-{run.exchange.id}", "created": int(time.time()), "model": body.model}
    if body.stream:
        envelope = Envelope(head | {"object": "text_completion"}, usage=body.wants_usage)
        return EventStream(
            run,
            CompletionChunks(envelope, logprobs),
            usage=body.wants_usage,
            running_usage=body.wants_running_usage,
        )
    choices = [
        CompletionChoice(
            index=index,
            text=answer.text,
            logprobs=logprobs.lists(index, answer.tokens) if logprobs else None,
            finish_reason=answer.reason,
        )
        for index, answer in enumerate(await collect(request, run))
    ]
    ended = run.exchange.finished
    whole = Completion(**head, choices=choices, usage=usage_of(ended), metrics=metrics_of(ended))
    return Response(whole.model_dump_json(), media_type="application/json")


def _prepare(body: CompletionRequest, generator: Generator) -> Prepared:
    given = body.only_prompt
    if isinstance(given, list) and max(given) >= generator.vocab_size:
        raise ApiError(400, f"prompt: tokens go from 0 to {generator.vocab_size - 1}.", param="prompt")
    prompt = generator.tokenizer.encode(given) if isinstance(given, str) else list(given)
    if not prompt:
        raise ApiError(400, "The prompt is empty.", param="prompt")
    return Prepared(prompt, constraint_of(body, generator))


class Logprobs:
    """The older shape of log-probabilities; knows how long each answer is so far."""

    def __init__(self, renderer: LogprobRenderer, count: int) -> None:
        self._renderer = renderer
        self._lengths = [0] * count

    def lists(self, index: int, tokens: Sequence[Token]) -> CompletionLogprobs:
        """The parallel lists of the next tokens of an answer."""
        entries = self._renderer.content(tokens)
        offsets = []
        for entry in entries:
            offsets.append(self._lengths[index])
            self._lengths[index] += len(entry["token"])
        return CompletionLogprobs(
            tokens=[entry["token"] for entry in entries],
            token_logprobs=[entry["logprob"] for entry in entries],
            top_logprobs=[{top["token"]: top["logprob"] for top in entry["top_logprobs"]} for entry in entries],
            text_offset=offsets,
        )


class CompletionChunks:
    """The chunks of a streamed continuation (`server.chunks.Chunks`)."""

    def __init__(self, envelope: Envelope, logprobs: Logprobs | None) -> None:
        self.envelope = envelope
        self._logprobs = logprobs

    def opening(self, index: int, end: str) -> str:
        """Nothing: a continuation begins with its text."""
        return ""

    def piece(self, index: int, piece: Piece, end: str) -> str:
        """The chunk of some more text."""
        logprobs = self._logprobs.lists(index, piece.tokens).model_dump_json() if self._logprobs else "null"
        return self._chunk(index, encode(piece.text), logprobs, "null", end)

    def ending(self, index: int, reason: str, end: str) -> str:
        """The chunk that says why the answer ended."""
        return self._chunk(index, '""', "null", f'"{reason}"', end)

    def _chunk(self, index: int, text: str, logprobs: str, reason: str, end: str) -> str:
        return (
            f'{self.envelope.begin}{{"index":{index},"text":{text},'
            f'"logprobs":{logprobs},"finish_reason":{reason}}}{end}'
        )
