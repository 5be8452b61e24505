"""From a request body to requests of the engine, and their events back into the event loop."""

import asyncio
import functools
import random
import secrets
import time
from collections.abc import AsyncIterator, Sequence

from model_runtime.backends.base import Sampling
from model_runtime.backends.grammar import BadGrammar, GrammarConstraint
from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits
from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.completions import CompletionRequest
from model_runtime.server.errors import ApiError, queue_full
from model_runtime.server.runtime import Generator


class Answers:
    """The running answers of one HTTP request. Close it when nobody listens any more."""

    def __init__(self, generator: Generator) -> None:
        self._engine = generator.engine
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[tuple[int, list[Event]]] = asyncio.Queue()
        self._requests: list[GenerationRequest] = []
        self._open = 0

    def start(  # noqa: PLR0913  # what a request may carry, each by its name
        self,
        prompt: Sequence[int],
        sampling: Sampling,
        limits: Limits,
        *,
        count: int,
        seed: int | None,
        constraint: GrammarConstraint | None,
        caller: str = "",
        deadline_seconds: float | None = None,
        adapter: str | None = None,
        images: object | None = None,
        request_id: str | None = None,
    ) -> None:
        """Queue `count` answers (see `GenerationRequest` for what they carry). Raises ApiError 429 or 503."""
        base = seed if seed is not None else secrets.randbits(63)
        name = request_id or secrets.token_hex(12)
        deadline = time.perf_counter() + deadline_seconds if deadline_seconds is not None else None
        for index in range(count):
            self._requests.append(
                GenerationRequest(
                    prompt=prompt,
                    sampling=sampling,
                    limits=limits,
                    deliver=functools.partial(self._put, index),
                    post=self._loop.call_soon_threadsafe,
                    constraint=constraint.copy() if constraint is not None and index else constraint,
                    id=f"{name}-{index}" if index else name,
                    caller=caller,
                    deadline=deadline,
                    adapter=adapter,
                    images=images,
                    rng=random.Random(base + index),  # noqa: S311  # sampling, not secrecy
                )
            )
        self._open = count
        try:
            self._engine.submit(*self._requests)
        except QueueFull as full:
            raise queue_full(full.waiting, full.retry_after, full.size) from full
        except EngineStopped as stopped:
            raise ApiError(503, "The runtime is stopping.", code="stopping") from stopped

    async def events(self) -> AsyncIterator[tuple[int, Event]]:
        """Events with the number of their answer, until each answer has had its terminal event."""
        while self._open:
            index, events = await self._events.get()
            self._open -= isinstance(events[-1], Finished)
            for event in events:
                yield index, event

    def close(self) -> None:
        """Cancel whatever still runs. Safe to call again."""
        if self._open:
            for request in self._requests:
                request.cancel()
            self._engine.wake()

    def _put(self, index: int, events: list[Event]) -> None:
        self._events.put_nowait((index, events))


def limits_of(body: ChatRequest | CompletionRequest, prompt: Sequence[int], context_length: int) -> Limits:
    """The answer's bounds. Raises ApiError 400 with the numbers when the prompt leaves no room."""
    room = context_length - len(prompt)
    if room < 1:
        raise ApiError(
            400,
            f"The prompt has {len(prompt)} tokens; this model's context is {context_length} tokens, "
            f"the answer included.",
            param="messages" if isinstance(body, ChatRequest) else "prompt",
            code="context_length_exceeded",
        )
    wanted = body.token_limit
    return Limits(
        max_tokens=min(room, wanted) if wanted is not None else room,
        min_tokens=body.min_tokens,
        ignore_eos=body.ignore_eos,
        stop=body.stops,
    )


def sampling_of(body: ChatRequest | CompletionRequest, generator: Generator, top_logprobs: int) -> Sampling:
    """How to draw: the body's wish, else the model's recommendation, else OpenAI's defaults."""
    defaults = generator.defaults
    vocabulary = generator.vocab_size
    bias = {int(token): value for token, value in (body.logit_bias or {}).items()}
    if any(token >= vocabulary for token in bias):
        raise ApiError(400, f"logit_bias: tokens go from 0 to {vocabulary - 1}.", param="logit_bias")
    return Sampling(
        temperature=body.temperature if body.temperature is not None else defaults.get("temperature", 1.0),
        top_p=body.top_p if body.top_p is not None else defaults.get("top_p", 1.0),
        top_k=body.top_k if body.top_k is not None else int(defaults.get("top_k", 0)),
        min_p=body.min_p,
        presence_penalty=body.presence_penalty,
        frequency_penalty=body.frequency_penalty,
        logit_bias=bias,
        top_logprobs=top_logprobs,
    )


def constraint_of(body: ChatRequest | CompletionRequest, generator: Generator) -> GrammarConstraint | None:
    """The grammar of the answer, if any; takes time, so call it off the event loop. Raises ApiError 400."""
    response_format = body.response_format if isinstance(body, ChatRequest) else None
    try:
        if body.structured_outputs is not None:
            return generator.grammars.lark(body.structured_outputs.grammar)
        if response_format is not None and response_format.type == "json_object":
            return generator.grammars.json_schema({"type": "object"})
        if response_format is not None and response_format.json_schema is not None:
            return generator.grammars.json_schema(response_format.json_schema.schema_)
    except BadGrammar as error:
        param = "structured_outputs" if body.structured_outputs else "response_format"
        raise ApiError(400, f"The grammar does not compile: {error}", param=param, code="bad_grammar") from error
    return None
