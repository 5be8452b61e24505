"""One short answer, to see with one's own eyes that a model works."""

import math
import time
from dataclasses import asdict, dataclass
from typing import Any

import httpx
from django.utils.translation import gettext as _

from apps.registry.selectors import Target

from .endpoints import endpoint_for
from .errors import RuntimeRefused
from .transport import failure, refusal, sync_client

QUESTION = "Hello"
_TOKENS = 48
_TIMEOUT = httpx.Timeout(120.0, connect=5.0)


@dataclass(frozen=True)
class Trial:
    """`seconds` from the request to the whole answer; `metrics` as the runtime gives them, empty elsewhere."""

    question: str
    text: str
    seconds: float
    tokens: int
    metrics: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def answer_once(target: Target, question: str = QUESTION) -> Trial:
    """Raises RuntimeUnavailable, or RuntimeRefused when what comes back is no answer."""
    endpoint = endpoint_for(target)
    question = question or QUESTION
    body = {
        "model": target.served_id,
        "messages": [{"role": "user", "content": question}],
        "max_tokens": _TOKENS,
        "temperature": 0.0,
    }
    started = time.monotonic()
    url = f"{endpoint.base_url}/chat/completions"
    try:
        response = sync_client().post(url, json=body, headers=endpoint.headers, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise failure(error) from error
    if response.status_code != 200:
        raise refusal(response.status_code, response.content)
    try:
        answer = response.json()
        text = answer["choices"][0]["message"]["content"] or ""
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise RuntimeRefused(_("The model did not answer the trial question.")) from error
    usage = answer.get("usage") or {}
    metrics = answer.get("metrics") or usage.get("metrics") or {}
    logprob = metrics.get("mean_logprob")
    if logprob is not None and not math.isfinite(logprob):
        raise RuntimeRefused(_("The model computes no numbers (NaN): its weights are damaged."))
    return Trial(question, text, time.monotonic() - started, usage.get("completion_tokens") or 0, metrics)
