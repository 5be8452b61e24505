"""/control/*: what the manager is told and tells."""

from typing import Annotated, Literal

from pydantic import Field

from model_runtime.protocol.base import RequestModel, ResponseModel
from model_runtime.quantizations import Quantization

# Letters, digits and the few marks that ids are made of; never a slash, a quote or a control character.
ModelId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+:-]{0,127}$")]
ModelState = Literal["loading", "ready", "failed", "stopping"]


class LoadRequest(RequestModel):
    """Load the folder `path` as `id`. Models are always warmed: `ready` means a token was decoded."""

    id: ModelId
    path: Annotated[str, Field(min_length=1, max_length=4096)]
    quantization: Quantization = "none"
    warm: Literal[True] = True


class UnloadRequest(RequestModel):
    """Let `id` finish its answers, then end its process."""

    id: ModelId


class ModelStatus(ResponseModel):
    """One model of the manager. `error` says why it failed, or why it is being restarted."""

    id: str
    path: str
    quantization: str
    state: ModelState
    error: str | None
    memory_bytes: int
    load_seconds: float
    decode_tokens_per_second: float


class ModelStatusList(ResponseModel):
    """All models of the manager."""

    models: list[ModelStatus]
