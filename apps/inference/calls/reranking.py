"""How well sentences answer a question, by a reranker in a runtime."""

from collections.abc import Sequence

import httpx

from apps.core.errors import NotFound
from apps.registry.models import Kind
from apps.registry.selectors import Target, target_named

from ..errors import RuntimeUnavailable, not_loaded
from ..runtime.control import model_load
from ..runtime.endpoints import endpoint_for
from ..runtime.transport import failure, refusal, sync_client, unreadable
from ..runtime.waiting import model_ensure

RERANKER = "reranker"
"""The alias of the model that is asked; without one nothing is reranked."""


def reranker_target() -> Target | None:
    """The classifier with one class behind the alias, or None."""
    try:
        target = target_named(RERANKER)
    except NotFound:
        return None
    version = target.version
    return target if version.kind == Kind.CLASSIFIER and len(version.labels) == 1 else None


def reranker_targets() -> list[Target]:
    """What the runtime should hold so that reranking finds it (`need_register`)."""
    target = reranker_target()
    return [target] if target else []


def reranker_ensure(*, seconds: float = 120.0) -> None:
    """Loads the reranker, if there is one, and waits for it."""
    for target in reranker_targets():
        if endpoint_for(target).ours:
            model_ensure(
                served_id=target.served_id,
                path=target.version.path,
                quantization=target.quantization,
                seconds=seconds,
            )


def rerank_sync(*, target: Target, query: str, documents: Sequence[str], seconds: float) -> list[float]:
    """How likely each document answers the query, 0 to 1, in the documents' order.

    Raises RuntimeUnavailable and RuntimeRefused. A model that our runtime has not loaded is asked for, but not
    waited for: whoever reranks can go on without.
    """
    endpoint = endpoint_for(target)
    body = {"model": target.served_id, "query": query, "documents": list(documents)}
    timeout = httpx.Timeout(seconds, connect=min(seconds, 5.0))
    headers = {**endpoint.headers, "X-Request-Timeout": f"{seconds:.3f}"}
    try:
        response = sync_client().post(f"{endpoint.base_url}/rerank", json=body, headers=headers, timeout=timeout)
    except httpx.HTTPError as error:
        raise failure(error) from error
    if response.status_code != 200:
        problem = refusal(response)
        if endpoint.ours and isinstance(problem, RuntimeUnavailable) and not_loaded(problem):
            model_load(served_id=target.served_id, path=target.version.path, quantization=target.quantization)
        raise problem
    return _scores(response, len(documents))


def _scores(response: httpx.Response, count: int) -> list[float]:
    try:
        rows = sorted(response.json()["results"], key=lambda row: row["index"])
        if [row["index"] for row in rows] != list(range(count)):
            raise ValueError("not a score for each document")
        scores = [float(row["relevance_score"]) for row in rows]
        if not all(0.0 <= score <= 1.0 for score in scores):  # NaN too
            raise ValueError("not a probability")
        return scores
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable() from error
