"""Text to vectors, by the English embedding model that comes with the product or a registered one."""

from collections.abc import Sequence
from typing import Literal

import httpx
from django.utils.translation import gettext as _

from apps.core.embedded.runtime import embedder_dir
from apps.registry.selectors import Target

from .control import model_load
from .endpoints import endpoint_for, runtime_endpoint
from .errors import RuntimeUnavailable, not_loaded
from .transport import failure, refusal, sync_client, unreadable
from .waiting import model_ensure

EMBEDDER_ID = "all-minilm-l6-v2"
Purpose = Literal["passage", "query"]
_BATCH = 64
# Somebody waits for a query; a batch of long passages may take its time on a slow processor.
_SECONDS: dict[Purpose, float] = {"passage": 120.0, "query": 10.0}
_LOAD_SECONDS: dict[Purpose, float] = {"passage": 600.0, "query": 60.0}


def embedder_begin() -> None:
    """Has the runtime begin to load the embedding model, and returns at once. Raises what `model_load` raises."""
    if path := embedder_dir():
        model_load(served_id=EMBEDDER_ID, path=str(path), quantization="none")


def embedder_ensure(*, seconds: float = 120.0) -> None:
    """Loads the embedding model in the runtime and waits for it."""
    path = embedder_dir()
    if path is None:
        raise RuntimeUnavailable(_("The embedding model is not installed: run `make install`."))
    model_ensure(served_id=EMBEDDER_ID, path=str(path), seconds=seconds)


def embed_sync(*, texts: Sequence[str], purpose: Purpose, target: Target | None = None) -> list[list[float]]:
    """One vector for each text, in order: of `target`, else of the packaged model, whose vectors have 384 numbers
    and length 1. Our runtime loads the model at its first use.

    `purpose` decides how long to wait. Raises RuntimeUnavailable and RuntimeRefused.
    """
    vectors: list[list[float]] = []
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        try:
            vectors += _request(batch, _SECONDS[purpose], target)
        except RuntimeUnavailable as error:
            if not not_loaded(error) or not _ensure(target, _LOAD_SECONDS[purpose]):
                raise
            vectors += _request(batch, _SECONDS[purpose], target)
    return vectors


def _ensure(target: Target | None, seconds: float) -> bool:
    """Loads the model and waits for it; False where another server keeps its models itself."""
    if target is None:
        embedder_ensure(seconds=seconds)
    elif endpoint_for(target).ours:
        path, quantization = target.version.path, target.quantization
        model_ensure(served_id=target.served_id, path=path, quantization=quantization, seconds=seconds)
    else:
        return False
    return True


def _request(texts: list[str], seconds: float, target: Target | None) -> list[list[float]]:
    endpoint = endpoint_for(target) if target else runtime_endpoint()
    body = {"model": target.served_id if target else EMBEDDER_ID, "input": texts}
    timeout = httpx.Timeout(seconds, connect=5.0)
    try:
        response = sync_client().post(
            f"{endpoint.base_url}/embeddings", json=body, headers=endpoint.headers, timeout=timeout
        )
    except httpx.HTTPError as error:
        raise failure(error) from error
    if response.status_code != 200:
        raise refusal(response)
    try:
        rows = sorted(response.json()["data"], key=lambda row: row["index"])
        return [row["embedding"] for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable() from error
