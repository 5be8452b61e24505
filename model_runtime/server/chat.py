"""POST /v1/chat/completions."""

import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from model_runtime.backends.grammar import GrammarConstraint
from model_runtime.engine.request import Finished, Piece
from model_runtime.protocol.chat import AnswerMessage, ChatChoice, ChatCompletion, ChatRequest, ChoiceLogprobs
from model_runtime.server import sse
from model_runtime.server.body import parse_body
from model_runtime.server.errors import ApiError
from model_runtime.server.helper import run_bounded
from model_runtime.server.render import LogprobRenderer, error_chunk, metrics_of, usage_of
from model_runtime.server.runtime import Generator, Runtime
from model_runtime.server.submit import Answers, constraint_of, limits_of, sampling_of
from model_runtime.server.waiting import unless_disconnected


async def chat_completions(request: Request) -> Response:
    """Answer a conversation, streamed or whole."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_body(request, ChatRequest)
    generator = runtime.need_generator(body.model)
    prompt, constraint = await run_bounded(runtime.helper, _prepare, body, generator)
    answers = Answers(generator)
    answers.start(
        prompt,
        sampling_of(body, generator, body.top_logprobs or 0),
        limits_of(body, prompt, generator.engine.context_length),
        count=body.n,
        seed=body.seed,
        constraint=constraint,
        adapter=runtime.adapter_of(body.model),
    )
    job = _Job(body, generator, answers)
    if body.stream:
        return StreamingResponse(job.stream(), media_type="text/event-stream", headers=sse.HEADERS)
    completion = await unless_disconnected(request, job.collect())
    return JSONResponse(completion.model_dump())


def _prepare(body: ChatRequest, generator: Generator) -> tuple[list[int], GrammarConstraint | None]:
    messages = [
        {"role": "system" if message.role == "developer" else message.role, "content": message.text}
        for message in body.messages
    ]
    try:
        prompt = generator.tokenizer.chat(messages)
    except ValueError as error:
        raise ApiError(400, str(error), param="messages", code="invalid_messages") from error
    if not prompt:
        raise ApiError(400, "The prompt is empty.", param="messages")
    return prompt, constraint_of(body, generator)


class _Job:
    """Turns the events of one request's answers into chunks or one completion."""

    def __init__(self, body: ChatRequest, generator: Generator, answers: Answers) -> None:
        self._body = body
        self._answers = answers
        self._logprobs = LogprobRenderer(generator, body.top_logprobs or 0) if body.logprobs else None
        self._id = "chatcmpl-" + secrets.token_hex(12)
        self._created = int(time.time())

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent events. Closing the iterator cancels the answers."""
        finished: list[Finished] = []
        include_usage = bool(self._body.stream_options and self._body.stream_options.include_usage)
        try:
            for index in range(self._body.n):
                yield sse.event(self._chunk(index, {"role": "assistant", "content": ""}))
            async for index, event in self._answers.events():
                if isinstance(event, Piece):
                    yield sse.event(self._chunk(index, {"content": event.text}, piece=event))
                elif event.reason in ("stop", "length"):
                    finished.append(event)
                    yield sse.event(self._chunk(index, {}, finish_reason=event.reason))
                else:
                    yield sse.event(error_chunk(event.error or "The answer was cancelled."))
                    return
            if include_usage:
                yield sse.event(self._usage_chunk(finished))
            yield sse.DONE
        finally:
            self._answers.close()

    async def collect(self) -> ChatCompletion:
        """The whole completion. Raises ApiError 500 if an answer fails."""
        texts = [""] * self._body.n
        logprobs: list[list[Any]] = [[] for _ in texts]
        finished: dict[int, Finished] = {}
        try:
            async for index, event in self._answers.events():
                if isinstance(event, Finished):
                    if event.reason not in ("stop", "length"):
                        raise ApiError(500, event.error or "The answer was cancelled.", code="generation_failed")
                    finished[index] = event
                    continue
                texts[index] += event.text
                if self._logprobs:
                    logprobs[index] += self._logprobs.content(event)
        finally:
            self._answers.close()
        choices = [
            ChatChoice(
                index=index,
                message=AnswerMessage(content=text),
                logprobs=ChoiceLogprobs(content=logprobs[index]) if self._logprobs else None,
                finish_reason=finished[index].reason,
            )
            for index, text in enumerate(texts)
        ]
        ended = list(finished.values())
        return ChatCompletion(
            id=self._id,
            created=self._created,
            model=self._body.model,
            choices=choices,
            usage=usage_of(ended),
            metrics=metrics_of(ended),
        )

    def _chunk(
        self, index: int, delta: dict[str, Any], *, piece: Piece | None = None, finish_reason: str | None = None
    ) -> dict[str, Any]:
        logprobs = None
        if self._logprobs and piece:
            logprobs = {"content": [entry.model_dump() for entry in self._logprobs.content(piece)]}
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
        return self._envelope([choice])

    def _usage_chunk(self, finished: list[Finished]) -> dict[str, Any]:
        usage, metrics = usage_of(finished), metrics_of(finished)
        return self._envelope([]) | {"usage": usage.model_dump(), "metrics": metrics.model_dump()}

    def _envelope(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": self._body.model,
            "choices": choices,
        }
