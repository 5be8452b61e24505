"""The runtime's own door for loading and unloading models, off the event loop.

Not part of the OpenAI protocol: a server without it serves what it serves, and loading says so.
"""

from dataclasses import dataclass
from typing import Any

import httpx
from django.utils.translation import gettext as _

from apps.registry.models import Quantization

from ..errors import NoControl, RuntimeUnavailable
from .endpoints import runtime_endpoint
from .transport import failure, refusal, sync_client, unreadable

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)


@dataclass(frozen=True)
class Loaded:
    """A model in the runtime and its load report; sizes in bytes, times in seconds.

    `state` is loading, ready, draining (takes no new requests until it is loaded again), failed or stopping. What
    the runtime does not tell, or does not know before the model is ready, is None or "".
    """

    id: str
    state: str
    error: str = ""
    path: str = ""
    quantization: str = "none"
    memory_bytes: int | None = None
    load_seconds: float | None = None
    device: str = ""
    kernels: str = ""
    context_length: int | None = None
    prefill_tokens_per_second: float | None = None
    decode_tokens_per_second: float | None = None


def loaded_models() -> list[Loaded]:
    """Every model that the runtime knows, in any state."""
    answer = _call("GET", "models")
    try:
        return [_loaded(item) for item in answer.json()["models"]]
    except (ValueError, KeyError, TypeError) as error:  # some proxy's page, or a server that only looks like ours
        raise unreadable() from error


def model_load(*, served_id: str, path: str, quantization: str) -> None:
    """Asks the runtime to load; returns at once. The same id again is a no-op."""
    body = {"id": served_id, "path": path, "quantization": quantization}
    if quantization == Quantization.INT8_BITSANDBYTES:
        body |= {"quantization": "int8", "quantization_backend": "bitsandbytes"}
    _call("POST", "load", body)


def model_unload(*, served_id: str) -> None:
    """Lets running requests end, then frees the model's memory; returns at once. Gone already is fine."""
    try:
        _call("POST", "unload", {"id": served_id})
    except RuntimeUnavailable as error:
        if error.extra.get("status") != 404:
            raise


def _call(method: str, action: str, body: dict[str, Any] | None = None) -> httpx.Response:
    endpoint = runtime_endpoint()
    url = f"{endpoint.control_url}/{action}"
    try:
        response = sync_client().request(method, url, json=body, headers=endpoint.headers, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise failure(error) from error
    if method == "GET" and response.status_code in {404, 405}:
        raise NoControl(_("This runtime cannot load models; it serves what it was started with."))
    if response.status_code >= 300:
        raise refusal(response)
    return response


def _loaded(item: dict[str, Any]) -> Loaded:
    return Loaded(
        id=item["id"],
        state=item["state"],
        error=item.get("error") or "",
        path=item.get("path") or "",
        quantization=item.get("quantization") or "none",
        memory_bytes=item.get("memory_bytes"),
        load_seconds=item.get("load_seconds"),
        device=item.get("device") or "",
        kernels=item.get("kernels") or "",
        context_length=item.get("context_length"),
        prefill_tokens_per_second=item.get("prefill_tokens_per_second"),
        decode_tokens_per_second=item.get("decode_tokens_per_second"),
    )
