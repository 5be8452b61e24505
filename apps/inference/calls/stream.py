"""A chat completion, streamed."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.core.threads import short_call
from apps.registry.selectors import Target

from ..errors import RuntimeUnavailable, not_loaded
from ..runtime.endpoints import Endpoint, endpoint_for
from ..runtime.sse import json_events
from ..runtime.transport import async_client, error_from, failure, refusal, unreadable
from ..runtime.waiting import model_awaited

ANSWER_SECONDS = 300.0  # what an answer may take in the runtime, its place in the queue included


@dataclass(frozen=True)
class Delta:
    """A piece of text; `logprob`: mean natural logarithm of its tokens' probabilities, where known."""

    text: str
    logprob: float | None = None


@dataclass(frozen=True)
class Finished:
    """The end: OpenAI's `reason` (stop, length, …), token counts, our runtime's `metrics` (else empty).

    Among the counts is `cached_tokens`, where the server says how much of the prompt it did not read anew.
    """

    reason: str
    usage: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)


async def chat_stream(
    *,
    target: Target,
    messages: list[dict[str, Any]],
    grammar: str | None,
    max_tokens: int,
    temperature: float = 0.0,
    caller: str = "",
    request_id: str = "",
    go_on: bool = False,
) -> AsyncGenerator[Delta | Finished, None]:
    """Yields deltas and then exactly one Finished. Closing the iterator cancels the request in the runtime.

    `grammar` is Lark text that the answer must follow. `caller` is whatever tells one person from another: our
    runtime learns a keyed hash of it, to share its time fairly between people. `request_id` names the request in
    the runtime's log. With `go_on` the last message is the assistant's own, unfinished one. A model that our
    runtime is still loading, or has not been asked for yet, is waited for. Raises RuntimeUnavailable and
    RuntimeRefused.
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
    if go_on:
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    if endpoint.ours:
        body["logprobs"] = True  # other servers may refuse it
        if caller:
            body["user"] = salted_hmac("parley.inference.caller", caller, algorithm="sha256").hexdigest()[:32]
    headers = {**endpoint.headers, "X-Request-Timeout": f"{ANSWER_SECONDS:.0f}"}
    if request_id:
        headers["X-Request-Id"] = request_id
    try:
        async with aclosing(_answered(endpoint, body, headers)) as events:
            async for event in events:
                yield event
        return
    except RuntimeUnavailable as error:
        if not (endpoint.ours and not_loaded(error)):
            raise
    await model_awaited(served_id=target.served_id, path=target.version.path, quantization=target.quantization)
    async with aclosing(_answered(endpoint, body, headers)) as events:
        async for event in events:
            yield event


async def _answered(
    endpoint: Endpoint, body: dict[str, Any], headers: dict[str, str]
) -> AsyncGenerator[Delta | Finished, None]:
    url = f"{endpoint.base_url}/chat/completions"
    try:
        async with async_client().stream("POST", url, json=body, headers=headers) as response:
            if response.status_code != 200:
                await response.aread()
                raise refusal(response)
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
    yield Finished(reason, _counts(usage), metrics)


async def _next(chunks: AsyncIterator[dict[str, Any]]) -> dict[str, Any] | None:
    """The next chunk, or None at the end.

    Keep-alive comments count as a sign of life, which is what the connection's own timeout waits for; but who says
    nothing else for as long as an answer may take will not answer any more.
    """
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await anext(chunks, None)
    except TimeoutError:
        raise RuntimeUnavailable(_("The model runtime went silent.")) from None
    except (ValueError, TypeError) as error:
        raise unreadable() from error


def _counts(usage: dict[str, Any]) -> dict[str, int]:
    details = usage.get("prompt_tokens_details")
    flat = usage | ({"cached_tokens": details.get("cached_tokens")} if isinstance(details, dict) else {})
    return {name: value for name, value in flat.items() if isinstance(value, int)}


def _logprob(choice: dict[str, Any]) -> float | None:
    tokens = (choice.get("logprobs") or {}).get("content") or []
    values = [token["logprob"] for token in tokens if token.get("logprob") is not None]
    return sum(values) / len(values) if values else None
