"""Text to vectors, by an embedding model that comes with the product or a registered one."""

from collections.abc import Sequence

import httpx
from django.utils.translation import gettext as _

from apps.core.language import Language
from apps.registry.selectors import Target

from ..errors import RuntimeUnavailable, not_loaded
from ..runtime.control import model_load
from ..runtime.endpoints import endpoint_for, runtime_endpoint
from ..runtime.transport import failure, refusal, sync_client, unreadable
from ..runtime.waiting import model_ensure
from .packaged import CHINESE, ENGLISH, Packaged, Purpose, packaged_folder, packaged_for

_BATCH = 64
# Somebody waits for a query; a batch of long passages may take its time on a slow processor.
_SECONDS: dict[Purpose, float] = {"passage": 120.0, "query": 10.0}
_LOAD_SECONDS: dict[Purpose, float] = {"passage": 600.0, "query": 60.0}


def embedder_begin() -> None:
    """Has the runtime begin to load the packaged models, the Chinese one if it was needed here before, and returns
    at once. Raises what `model_load` raises.
    """
    for model in (ENGLISH, CHINESE):
        if path := packaged_folder(model, make=False):
            model_load(served_id=model.served_id, path=str(path), quantization=model.quantization)


def embedder_ensure(*, language: Language = "en", seconds: float = 120.0) -> None:
    """Loads the packaged model for a language in the runtime and waits for it."""
    _packaged_ensure(packaged_for(language), seconds)


def embed_sync(
    *, texts: Sequence[str], purpose: Purpose, target: Target | None = None, language: Language = "en"
) -> list[list[float]]:
    """One vector for each text, in order: of `target`, else of the packaged model for `language`, whose vectors
    have 384 numbers and length 1. Our runtime loads the model at its first use.

    `purpose` decides how long to wait. Raises RuntimeUnavailable and RuntimeRefused.
    """
    model: Target | Packaged = target or packaged_for(language)
    if isinstance(model, Packaged):
        texts = [model.prefixes.get(purpose, "") + text for text in texts]
    vectors: list[list[float]] = []
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        try:
            vectors += _request(batch, _SECONDS[purpose], model)
        except RuntimeUnavailable as error:
            if not not_loaded(error) or not _ensure(model, _LOAD_SECONDS[purpose]):
                raise
            vectors += _request(batch, _SECONDS[purpose], model)
    return vectors


def _ensure(model: Target | Packaged, seconds: float) -> bool:
    """Loads the model and waits for it; False where another server keeps its models itself."""
    if isinstance(model, Packaged):
        _packaged_ensure(model, seconds)
    elif endpoint_for(model).ours:
        path, quantization = model.version.path, model.quantization
        model_ensure(served_id=model.served_id, path=path, quantization=quantization, seconds=seconds)
    else:
        return False
    return True


def _packaged_ensure(model: Packaged, seconds: float) -> None:
    path = packaged_folder(model)
    if path is None:
        raise RuntimeUnavailable(_("The embedding model is not installed: run `make install`."))
    model_ensure(served_id=model.served_id, path=str(path), quantization=model.quantization, seconds=seconds)


def _request(texts: list[str], seconds: float, model: Target | Packaged) -> list[list[float]]:
    endpoint = runtime_endpoint() if isinstance(model, Packaged) else endpoint_for(model)
    body = {"model": model.served_id, "input": texts}
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
