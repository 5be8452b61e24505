"""One short answer or classification, to see with one's own eyes that a model works."""

import math
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
from django.utils.translation import gettext as _

from apps.core.errors import ApplicationError
from apps.registry.models import Kind
from apps.registry.selectors import Target

from ..errors import RuntimeRefused
from ..runtime.endpoints import Endpoint, endpoint_for
from ..runtime.transport import failure, refusal, sync_client
from .classifying import classify_sync
from .embedding import embed_sync

QUESTION = "Hello"
LABELS = 10  # of a classifier with hundreds, the likeliest
_TOKENS = 48
_SECONDS = 120.0
# A grey square that runs from black to white: whoever tries a model of images has no picture at hand.
_PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAAAAABWESUoAAAANUlEQVR42mNg4BCQUNA0tHT0CopKyiqubu6eMmfJ"
    "mi17j569eu/Zu2//GUYVjCoYVTBSFQAATrP8MHQ3dRUAAAAASUVORK5CYII="
)
PICTURE = {"type": "image_url", "image_url": {"url": _PNG}}
_TIMEOUT = httpx.Timeout(_SECONDS, connect=5.0)


@dataclass(frozen=True)
class Trial:
    """`seconds` from the request to the whole answer; `metrics` as the runtime gives them, empty elsewhere.

    `labels` are a classifier's with their probabilities, the likeliest first; an embedding model made a vector of
    `dimension` numbers. Neither writes a `text`.
    """

    question: str
    text: str
    seconds: float
    tokens: int
    metrics: dict[str, float]
    labels: list[tuple[str, float]] = field(default_factory=list)
    dimension: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def try_once(target: Target, question: str = QUESTION) -> Trial:
    """Lets the model do once what models of its kind do: answer, classify or embed `question`, or classify a test
    picture. One that reads images is shown the picture with its question.

    Raises RuntimeUnavailable, or RuntimeRefused when what comes back is no answer.
    """
    question = question or QUESTION
    if target.version.kind == Kind.GENERATOR:
        return _answer(target, question)
    if target.version.kind == Kind.EMBEDDER:
        return _embed(target, question)
    picture = target.version.kind == Kind.IMAGE_CLASSIFIER
    started = time.monotonic()
    (found,) = classify_sync(target=target, inputs=[PICTURE if picture else question], seconds=_SECONDS)
    labels = sorted(found.probabilities.items(), key=lambda item: -item[1])[:LABELS]
    return Trial("" if picture else question, "", time.monotonic() - started, 0, {}, labels)


def _named(endpoint: Endpoint, error: ApplicationError) -> ApplicationError:
    """The error, with the address of a server that is not ours in its words."""
    if endpoint.ours:
        return error
    words = {"address": endpoint.base_url, "cause": error.extra.get("cause") or str(error.message)}
    text = _("The server at %(address)s did not answer the trial question: %(cause)s")
    return type(error)(text % words, extra=error.extra)


def _embed(target: Target, question: str) -> Trial:
    started = time.monotonic()
    try:
        (vector,) = embed_sync(texts=[question], purpose="query", target=target)
    except ApplicationError as error:
        raise _named(endpoint_for(target), error) from error
    if not all(map(math.isfinite, vector)):
        raise RuntimeRefused(_("The model computes no numbers (NaN): its weights are damaged."))
    return Trial(question, "", time.monotonic() - started, 0, {}, dimension=len(vector))


def _answer(target: Target, question: str) -> Trial:
    endpoint = endpoint_for(target)
    text = {"type": "text", "text": question}
    content: Any = [PICTURE, text] if target.version.reads_images else question
    body = {
        "model": target.served_id,
        "messages": [{"role": "user", "content": content}],
        "max_tokens": _TOKENS,
        "temperature": 0.0,
    }
    started = time.monotonic()
    url = f"{endpoint.base_url}/chat/completions"
    try:
        response = sync_client().post(url, json=body, headers=endpoint.headers, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise _named(endpoint, failure(error)) from error
    if response.status_code != 200:
        raise _named(endpoint, refusal(response))
    try:
        answer = response.json()
        said = answer["choices"][0]["message"]["content"] or ""
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise RuntimeRefused(_("The model did not answer the trial question.")) from error
    usage = answer.get("usage") or {}
    metrics = answer.get("metrics") or usage.get("metrics") or {}
    logprob = metrics.get("mean_logprob")
    if logprob is not None and not math.isfinite(logprob):
        raise RuntimeRefused(_("The model computes no numbers (NaN): its weights are damaged."))
    return Trial(question, said, time.monotonic() - started, usage.get("completion_tokens") or 0, metrics)
