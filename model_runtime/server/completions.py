"""POST /v1/completions."""

import secrets
import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from model_runtime.backends.grammar import GrammarConstraint
from model_runtime.engine.request import Finished, Piece
from model_runtime.protocol.completions import Completion, CompletionChoice, CompletionLogprobs, CompletionRequest
from model_runtime.server import sse
from model_runtime.server.body import parse_body
from model_runtime.server.errors import ApiError
from model_runtime.server.helper import run_bounded
from model_runtime.server.render import LogprobRenderer, error_chunk, metrics_of, usage_of
from model_runtime.server.runtime import Generator, Runtime
from model_runtime.server.submit import Answers, constraint_of, limits_of, sampling_of
from model_runtime.server.waiting import unless_disconnected


async def completions(request: Request) -> Response:
    """Continue a text, streamed or whole."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_body(request, CompletionRequest)
    generator = runtime.need_generator(body.model)
    prompt, constraint = await run_bounded(runtime.helper, _prepare, body, generator)
    answers = Answers(generator)
    answers.start(
        prompt,
        sampling_of(body, generator, body.logprobs or 0),
        limits_of(body, prompt, generator.engine.context_length),
        count=body.n,
        seed=body.seed,
        constraint=constraint,
        adapter=runtime.adapter_of(body.model),
    )
    job = _Job(body, generator, answers)
    if body.stream:
        return StreamingResponse(job.stream(), media_type="text/event-stream", headers=sse.HEADERS)
    return JSONResponse((await unless_disconnected(request, job.collect())).model_dump())


def _prepare(body: CompletionRequest, generator: Generator) -> tuple[list[int], GrammarConstraint | None]:
    if isinstance(body.prompt, str):
        prompt = generator.tokenizer.encode(body.prompt)
    elif max(body.prompt) >= generator.vocab_size:
        raise ApiError(400, f"prompt: tokens go from 0 to {generator.vocab_size - 1}.", param="prompt")
    else:
        prompt = list(body.prompt)
    if not prompt:
        raise ApiError(400, "The prompt is empty.", param="prompt")
    return prompt, constraint_of(body, generator)


class _Job:
    """Turns the events of one request's answers into chunks or one completion."""

    def __init__(self, body: CompletionRequest, generator: Generator, answers: Answers) -> None:
        self._body = body
        self._answers = answers
        self._renderer = LogprobRenderer(generator, body.logprobs or 0) if body.logprobs is not None else None
        self._id = "cmpl-" + secrets.token_hex(12)
        self._created = int(time.time())
        self._lengths = [0] * body.n

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent events. Closing the iterator cancels the answers."""
        finished: list[Finished] = []
        try:
            async for index, event in self._answers.events():
                if isinstance(event, Piece):
                    yield sse.event(self._completion([self._choice(index, event, None)]).model_dump())
                elif event.reason in ("stop", "length"):
                    finished.append(event)
                    last = self._choice(index, Piece("", ()), event.reason)
                    yield sse.event(self._completion([last]).model_dump())
                else:
                    yield sse.event(error_chunk(event.error or "The answer was cancelled."))
                    return
            if self._body.stream_options and self._body.stream_options.include_usage:
                yield sse.event(self._completion([], finished).model_dump())
            yield sse.DONE
        finally:
            self._answers.close()

    async def collect(self) -> Completion:
        """The whole completion. Raises ApiError 500 if an answer fails."""
        pieces: list[list[Piece]] = [[] for _ in range(self._body.n)]
        finished: dict[int, Finished] = {}
        try:
            async for index, event in self._answers.events():
                if isinstance(event, Piece):
                    pieces[index].append(event)
                elif event.reason in ("stop", "length"):
                    finished[index] = event
                else:
                    raise ApiError(500, event.error or "The answer was cancelled.", code="generation_failed")
        finally:
            self._answers.close()
        choices = []
        for index, parts in enumerate(pieces):
            whole = Piece("".join(part.text for part in parts), sum((part.tokens for part in parts), ()))
            choices.append(self._choice(index, whole, finished[index].reason))
        return self._completion(choices, list(finished.values()))

    def _choice(self, index: int, piece: Piece, reason: str | None) -> CompletionChoice:
        logprobs = self._logprobs(index, piece) if self._renderer else None
        return CompletionChoice(index=index, text=piece.text, logprobs=logprobs, finish_reason=reason)

    def _logprobs(self, index: int, piece: Piece) -> CompletionLogprobs:
        assert self._renderer is not None  # noqa: S101  # the caller asked
        entries = self._renderer.content(piece)
        offsets = []
        for entry in entries:
            offsets.append(self._lengths[index])
            self._lengths[index] += len(entry.token)
        return CompletionLogprobs(
            tokens=[entry.token for entry in entries],
            token_logprobs=[entry.logprob for entry in entries],
            top_logprobs=[{top.token: top.logprob for top in entry.top_logprobs} for entry in entries],
            text_offset=offsets,
        )

    def _completion(self, choices: list[CompletionChoice], finished: list[Finished] | None = None) -> Completion:
        return Completion(
            id=self._id,
            created=self._created,
            model=self._body.model,
            choices=choices,
            usage=usage_of(finished) if finished else None,
            metrics=metrics_of(finished) if finished else None,
        )
