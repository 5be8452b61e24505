"""A chat completion, streamed."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.utils.translation import gettext as _

from apps.core.threads import short_call
from apps.registry.selectors import Target

from .endpoints import Endpoint, endpoint_for
from .errors import RuntimeUnavailable, not_loaded
from .sse import json_events
from .transport import SILENCE_SECONDS, async_client, error_from, failure, refusal, unreadable
from .waiting import model_awaited


@dataclass(frozen=True)
class Delta:
    """A piece of text; `logprob`: mean natural logarithm of its tokens' probabilities, where known."""

    text: str
    logprob: float | None = None


@dataclass(frozen=True)
class Finished:
    """The end: OpenAI's `reason` (stop, length, …), token counts, our runtime's `metrics` (else empty)."""

    reason: str
    usage: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)


async def chat_stream(
    *,
    target: Target,
    messages: list[dict[str, str]],
    grammar: str | None,
    max_tokens: int,
    temperature: float = 0.0,
) -> AsyncGenerator[Delta | Finished, None]:
    """Yields deltas and then exactly one Finished. Closing the iterator cancels the request in the runtime.

    `grammar` is Lark text that the answer must follow. A model that our runtime is still loading, or has not been
    asked for yet, is waited for. Raises RuntimeUnavailable and RuntimeRefused.
    """
    endpoint = await short_call(endpoint_for, target)
    body: dict[str, Any] = {
        "model": target.served_id,
        "messages": messages,
        "max_tokens": max_tokens,
        "temperature": temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if grammar is not None:
        body["structured_outputs"] = {"grammar": grammar}
    if endpoint.ours:
        body["logprobs"] = True  # other servers may refuse it
    try:
        async with aclosing(_answered(endpoint, body)) as events:
            async for event in events:
                yield event
        return
    except RuntimeUnavailable as error:
        if not (endpoint.ours and not_loaded(error)):
            raise
    await model_awaited(served_id=target.served_id, path=target.version.path, quantization=target.quantization)
    async with aclosing(_answered(endpoint, body)) as events:
        async for event in events:
            yield event


async def _answered(endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Delta | Finished, None]:
    url = f"{endpoint.base_url}/chat/completions"
    try:
        async with async_client().stream("POST", url, json=body, headers=endpoint.headers) as response:
            if response.status_code != 200:
                raise refusal(response.status_code, await response.aread())
            async with aclosing(_spoken(response)) as events:
                async for event in events:
                    yield event
    except httpx.HTTPError as error:
        raise failure(error) from error


async def _spoken(response: httpx.Response) -> AsyncGenerator[Delta | Finished, None]:
    reason = ""
    usage: dict[str, Any] = {}
    metrics: dict[str, float] = {}
    async with aclosing(json_events(response.aiter_lines())) as chunks:
        while (chunk := await _next(chunks)) is not None:
            if "error" in chunk:
                raise error_from(500, chunk)
            usage = chunk.get("usage") or usage
            metrics = chunk.get("metrics") or usage.get("metrics") or metrics
            for choice in chunk.get("choices") or []:
                reason = choice.get("finish_reason") or reason
                if text := (choice.get("delta") or {}).get("content"):
                    yield Delta(text, _logprob(choice))
    if not reason:
        raise RuntimeUnavailable(_("The model runtime broke off in the middle of the answer."))
    counts = {name: value for name, value in usage.items() if isinstance(value, int)}
    yield Finished(reason, counts, metrics)


async def _next(chunks: AsyncIterator[dict[str, Any]]) -> dict[str, Any] | None:
    """The next chunk, or None at the end. Keep-alive comments do not count as a sign of life."""
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await anext(chunks, None)
    except TimeoutError:
        raise RuntimeUnavailable(_("The model runtime went silent.")) from None
    except (ValueError, TypeError) as error:
        raise unreadable() from error


def _logprob(choice: dict[str, Any]) -> float | None:
    tokens = (choice.get("logprobs") or {}).get("content") or []
    values = [token["logprob"] for token in tokens if token.get("logprob") is not None]
    return sum(values) / len(values) if values else None
