"""Texts to labels with probabilities, by a classifier in a runtime."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from apps.core.threads import short_call
from apps.registry.selectors import Target

from ..errors import RuntimeUnavailable, not_loaded
from ..runtime.endpoints import Endpoint, endpoint_for
from ..runtime.transport import async_client, failure, refusal, sync_client, unreadable
from ..runtime.waiting import model_awaited, model_ensure

_BATCH = 64


@dataclass(frozen=True)
class Classification:
    """The likeliest `label` with its `probability`, and the probability of every label of the model."""

    label: str
    probability: float
    probabilities: dict[str, float]


def classify_sync(*, target: Target, inputs: Sequence[Any], seconds: float) -> list[Classification]:
    """One answer for each input, in order: a text, or for a model of images one of OpenAI's image parts.

    A model that our runtime has not loaded yet is asked for and waited for. Raises RuntimeUnavailable when all that
    takes longer than `seconds`, and RuntimeRefused, e.g. for a text that is longer than the model's context.
    """
    endpoint, ends = endpoint_for(target), time.monotonic() + seconds
    answers: list[Classification] = []
    for batch in _batches(inputs):
        try:
            answers += _post(endpoint, target, batch, ends)
        except RuntimeUnavailable as error:
            if not (endpoint.ours and not_loaded(error)):
                raise
            model_ensure(
                served_id=target.served_id,
                path=target.version.path,
                quantization=target.quantization,
                seconds=_left(ends),
            )
            answers += _post(endpoint, target, batch, ends)
    return answers


async def classify(
    *, target: Target, inputs: Sequence[Any], seconds: float, loading: float
) -> list[Classification]:
    """`classify_sync` for the event loop, where loading a model first may take `loading` seconds more."""
    try:
        async with asyncio.timeout(seconds) as limit:
            return await _classified(target, inputs, limit, seconds, loading)
    except TimeoutError:
        raise failure(httpx.ReadTimeout("deadline")) from None


async def _classified(
    target: Target, inputs: Sequence[Any], limit: asyncio.Timeout, seconds: float, loading: float
) -> list[Classification]:
    endpoint, ends = await short_call(endpoint_for, target), time.monotonic() + seconds
    answers: list[Classification] = []
    for batch in _batches(inputs):
        try:
            answers += await _apost(endpoint, target, batch, ends)
        except RuntimeUnavailable as error:
            if not (endpoint.ours and not_loaded(error)):
                raise
            _put_off(limit, loading)
            await model_awaited(
                served_id=target.served_id, path=target.version.path, quantization=target.quantization
            )
            _put_off(limit, seconds)
            ends = time.monotonic() + seconds
            answers += await _apost(endpoint, target, batch, ends)
    return answers


def _put_off(limit: asyncio.Timeout, seconds: float) -> None:
    limit.reschedule(asyncio.get_running_loop().time() + seconds)


def _batches(inputs: Sequence[Any]) -> list[list[Any]]:
    return [list(inputs[start : start + _BATCH]) for start in range(0, len(inputs), _BATCH)]


def _post(endpoint: Endpoint, target: Target, batch: list[Any], ends: float) -> list[Classification]:
    try:
        return _read(target, len(batch), sync_client().post(**_request(endpoint, target, batch, ends)))
    except httpx.HTTPError as error:
        raise failure(error) from error


async def _apost(endpoint: Endpoint, target: Target, batch: list[Any], ends: float) -> list[Classification]:
    try:
        return _read(target, len(batch), await async_client().post(**_request(endpoint, target, batch, ends)))
    except httpx.HTTPError as error:
        raise failure(error) from error


def _request(endpoint: Endpoint, target: Target, batch: list[Any], ends: float) -> dict[str, Any]:
    left = _left(ends)
    return {
        "url": f"{endpoint.base_url}/classify",
        "json": {"model": target.served_id, "input": batch},
        "headers": {**endpoint.headers, "X-Request-Timeout": f"{left:.3f}"},
        "timeout": httpx.Timeout(left, connect=min(left, 5.0)),
    }


def _left(ends: float) -> float:
    """Seconds until `ends`, at least a moment: a timeout of nothing would mean none."""
    return max(ends - time.monotonic(), 0.001)


def _read(target: Target, count: int, response: httpx.Response) -> list[Classification]:
    """vLLM's shape: the top label by name, the probabilities in the order of the model's labels."""
    if response.status_code != 200:
        raise refusal(response)
    try:
        rows = sorted(response.json()["data"], key=lambda row: row["index"])
        if len(rows) != count:
            raise ValueError("not an answer for each input")
        return [_classification(target.version.labels, row) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable() from error


def _classification(labels: list[str], row: dict[str, Any]) -> Classification:
    values = [float(value) for value in row["probs"]]
    probabilities = dict(zip(labels, values, strict=True))
    if not all(0.0 <= value <= 1.0 for value in values):  # NaN too: nobody could compare it with a threshold
        raise ValueError("not a probability")
    label = max(probabilities, key=lambda name: probabilities[name])
    return Classification(label, probabilities[label], probabilities)
