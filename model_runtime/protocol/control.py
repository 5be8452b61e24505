"""/control/*: what the manager is told and tells."""

from typing import Annotated, Literal

from pydantic import Field

from model_runtime.bounds import CONTEXT_LENGTH, SLOTS
from model_runtime.kinds import Kind
from model_runtime.protocol.base import RequestModel, ResponseModel, at_most
from model_runtime.quantizations import Quantization, QuantizationBackend

# Letters, digits and the few marks that ids are made of; never a slash, a quote or a control character.
ModelId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+:-]{0,127}$")]
AdapterName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
FolderPath = Annotated[str, Field(min_length=1, max_length=4096)]

ModelState = Literal["loading", "ready", "draining", "stopping", "failed"]
"""`draining`: loaded, but takes no new requests until it is loaded again. `stopping`: about to be gone."""


class LoadRequest(RequestModel):
    """Load the folder `path` as `id`. Models are always warmed: `ready` means a token was decoded.

    `adapters` are folders of low-rank adapters by name; a request for the model `ID:NAME` is answered with one.
    `slots` requests run at once; `context_length` is an upper bound in tokens, the model's own may be less. Both
    are the manager's own options unless they are given.
    """

    id: ModelId
    path: FolderPath
    quantization: Quantization = "none"
    quantization_backend: QuantizationBackend = "auto"
    adapters: Annotated[dict[AdapterName, FolderPath], at_most(64)] = {}
    slots: Annotated[int, Field(ge=SLOTS[0], le=SLOTS[1])] | None = None
    context_length: Annotated[int, Field(ge=CONTEXT_LENGTH[0], le=CONTEXT_LENGTH[1])] | None = None


class UnloadRequest(RequestModel):
    """Let `id` finish its answers, then end its process."""

    id: ModelId


class DrainRequest(RequestModel):
    """Let `id`, or every model, finish its answers and take no new ones; loading it again undoes that."""

    id: ModelId | None = None


class ModelStatus(ResponseModel):
    """One model of the manager. What is not known before it is ready, or not of its kind, is null."""

    id: str
    path: str
    quantization: str
    state: ModelState
    error: str | None
    """Why it failed, or why it is being restarted."""
    requests: int
    """Passed on and not yet answered, running and queued together."""
    kind: Kind | None = None
    labels: list[str] | None = None
    """A classifier's classes, in the order of its outputs."""
    device: str | None = None
    """`cpu` or `cuda`."""
    dtype: str | None = None
    """Of the weights that are not quantized, such as `float32`."""
    kernels: str | None = None
    """What computes the linear layers: a data type, or a quantization's backend; `numba` is our own int8."""
    adapters: list[str] = []
    slots: int | None = None
    context_length: int | None = None
    """Tokens of prompt and answer together that a request may have."""
    memory_bytes: int | None = None
    load_seconds: float | None = None
    """From the start of the process's load to its first token."""
    prefill_tokens_per_second: float | None = None
    """Of one prompt, measured at load."""
    decode_tokens_per_second: float | None = None
    """Of one answer alone, measured at load."""


class ModelStatusList(ResponseModel):
    """All models of the manager."""

    models: list[ModelStatus]
