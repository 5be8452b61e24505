"""Text to vectors, by the English embedding model that comes with the product."""

from collections.abc import Sequence
from typing import Literal

import httpx
from django.utils.translation import gettext as _

from apps.core.embedded.runtime import embedder_dir

from .endpoints import runtime_endpoint
from .errors import RuntimeUnavailable, not_loaded
from .transport import failure, refusal, sync_client, unreadable
from .waiting import model_ensure

EMBEDDER_ID = "all-minilm-l6-v2"
Purpose = Literal["passage", "query"]
_BATCH = 64
# Somebody waits for a query; a batch of long passages may take its time on a slow processor.
_SECONDS: dict[Purpose, float] = {"passage": 120.0, "query": 10.0}
_LOAD_SECONDS: dict[Purpose, float] = {"passage": 600.0, "query": 60.0}


def embedder_ensure(*, seconds: float = 120.0) -> None:
    """Loads the embedding model in the runtime and waits for it."""
    path = embedder_dir()
    if path is None:
        raise RuntimeUnavailable(_("The embedding model is not installed: run `make install`."))
    model_ensure(served_id=EMBEDDER_ID, path=str(path), seconds=seconds)


def embed_sync(*, texts: Sequence[str], purpose: Purpose) -> list[list[float]]:
    """One vector of 384 numbers and length 1 for each text, in order; loads the model at its first use.

    `purpose` decides how long to wait. Raises RuntimeUnavailable and RuntimeRefused.
    """
    vectors: list[list[float]] = []
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        try:
            vectors += _request(batch, _SECONDS[purpose])
        except RuntimeUnavailable as error:
            if not not_loaded(error):
                raise
            embedder_ensure(seconds=_LOAD_SECONDS[purpose])
            vectors += _request(batch, _SECONDS[purpose])
    return vectors


def _request(texts: list[str], seconds: float) -> list[list[float]]:
    endpoint = runtime_endpoint()
    body = {"model": EMBEDDER_ID, "input": texts}
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
