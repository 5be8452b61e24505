"""The one model of this process: its state, and what serves it once it is loaded."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.helper import Helper
from model_runtime.server.http.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_runtime.backends.classifier import TextClassifier
    from model_runtime.backends.encoder import TextEncoder
    from model_runtime.backends.grammar import GrammarCompiler
    from model_runtime.backends.image_classifier import ImageClassifier
    from model_runtime.backends.reranker import Reranker
    from model_runtime.engine.loop import Engine
    from model_runtime.engine.pooling import PoolingEngine
    from model_runtime.loading.tokenizer import ChatTokenizer
    from model_runtime.server.answering.images import ImageReading

State = Literal["loading", "ready", "stopping", "failed"]


@dataclass
class Generator:
    """What answers chat and completions."""

    engine: "Engine"
    tokenizer: "ChatTokenizer"
    grammars: "GrammarCompiler"
    vocab_size: int
    token_bytes: "Callable[[int], bytes]"
    defaults: dict[str, float] = field(default_factory=dict)
    """The sampling that generation_config.json recommends (temperature, top_p, top_k, repetition_penalty)."""
    images: "ImageReading | None" = None


@dataclass
class Runtime:
    """Shared by the routes. `helper` runs what would block the event loop: tokenizing, grammars, embedding."""

    name: str
    quantization: str = "none"
    state: State = "loading"
    error: str | None = None
    generator: Generator | None = None
    adapters: tuple[str, ...] = ()
    encoder: "PoolingEngine[TextEncoder] | None" = None
    classifier: "PoolingEngine[TextClassifier | ImageClassifier] | None" = None
    reranker: "PoolingEngine[Reranker] | None" = None
    """The classifier too, where it has one class and reads two texts together."""
    memory_bytes: int = 0
    load_seconds: float = 0.0
    decode_tokens_per_second: float = 0.0
    report: "dict[str, Any]" = field(default_factory=dict)
    """What else the load found out: device, kernels, speeds, context length."""
    request_timeout: float = 600.0
    """Seconds that an answer may take at most, its wait included."""
    queue_size: int = 64
    """Answers that may wait, in preparation or for a slot."""
    preparing: int = 0
    """Answers that are being prepared, or wait to be."""
    running: Running = field(default_factory=Running)
    helper: Helper = field(default_factory=Helper)

    def need_generator(self, model: str) -> Generator:
        """The generator, if `model` names it and it is ready. Raises ApiError 404, 400 or 503."""
        self._need(model)
        if self.generator is None:
            raise ApiError(400, f"The model {self.name} {self._does()}, it writes no text.", param="model")
        return self.generator

    def need_encoder(self, model: str) -> "PoolingEngine[TextEncoder]":
        """The embedding engine, if `model` names it and it is ready. Raises ApiError 404, 400 or 503."""
        self._need(model)
        if self.encoder is None:
            raise ApiError(400, f"The model {self.name} {self._does()}, it makes no embeddings.", param="model")
        return self.encoder

    def need_classifier(self, model: str) -> "PoolingEngine[TextClassifier | ImageClassifier]":
        """The classifying engine, if `model` names it and it is ready. Raises ApiError 404, 400 or 503."""
        self._need(model)
        if self.classifier is None:
            raise ApiError(400, f"The model {self.name} {self._does()}, it does not classify.", param="model")
        return self.classifier

    def need_reranker(self, model: str) -> "PoolingEngine[Reranker]":
        """The reranking engine, if `model` names it and it is ready. Raises ApiError 404, 400 or 503."""
        self._need(model)
        if self.reranker is None:
            raise ApiError(400, f"The model {self.name} {self._does()}, it does not rerank.", param="model")
        return self.reranker

    def known(self, model: str | None) -> str | None:
        """`model` if it is this one or an adapter of it, else None."""
        return model if model == self.name or self.adapter_of(model or "") in self.adapters else None

    def adapter_of(self, model: str) -> str | None:
        """The adapter that `model` names as MODEL:NAME; None for the model as it is."""
        adapter = model.removeprefix(f"{self.name}:")
        return adapter if adapter != model else None

    def _does(self) -> str:
        if self.generator is not None:
            return "writes text"
        return "makes embeddings" if self.encoder is not None else "classifies"

    def _need(self, model: str) -> None:
        if self.known(model) is None:
            raise ApiError(404, f"The model {model!r} does not exist here.", param="model", code="model_not_found")
        if self.state != "ready":
            message = self.error or f"The model {self.name} is still loading."
            raise ApiError(503, message, code=self.state, headers={"Retry-After": "2"})
