"""Makes what answers embeddings and classifications."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from model_runtime.backends.classifier import TextClassifier
from model_runtime.backends.encoder import TextEncoder
from model_runtime.backends.load_texts import load_texts
from model_runtime.backends.reranker import Reranker
from model_runtime.engine.pooling import PoolingEngine
from model_runtime.loading.judging.architectures import ARCHITECTURES, PLAIN_DECODERS
from model_runtime.loading.judging.check import Facts
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.estimate import BATCH_TOKENS
from model_runtime.loading.quantization import Kernels
from model_runtime.options import ServeOptions
from model_runtime.server.runtime import Runtime


def load_pooled(
    runtime: Runtime, folder: Path, facts: Facts, kernels: Kernels, device: str, options: ServeOptions
) -> None:
    """Give `runtime` an engine over a checked folder that has answered once. Raises ModelRefused."""
    window = min(facts.context_length, options.context_length)
    wanted: dict[str, Any] = {
        "quantization": options.quantization,
        "kernels": kernels,
        "device": device,
        "architecture": facts.architecture,
    }
    if facts.labels is not None and facts.preprocessor is not None:
        from model_runtime.backends.image_classifier import ImageClassifier
        from model_runtime.loading.image_preparation import ImagePreparation
        from model_runtime.loading.memory import footprint
        from model_runtime.loading.weights import load_module, prepare_torch

        prepare_torch(options.threads)
        module = load_module(folder, **wanted)
        runtime.memory_bytes = footprint(module)
        images = ImageClassifier(module, ImagePreparation(facts.preprocessor), labels=facts.labels)
        runtime.classifier = _engine(images, kernels, options)
        return
    model = load_texts(folder, threads=options.threads, **wanted)
    runtime.memory_bytes = model.nbytes
    runtime.report["context_length"] = window
    if facts.pooling is not None:
        encoder = TextEncoder(model, folder, replace(facts.pooling, window=window))
        runtime.encoder = _engine(encoder, kernels, options)
    elif facts.labels is not None:
        # A decoder's head looks at the last token only, and no two of them agree on how to tell it of two texts.
        pairs = len(facts.labels.names) == 1 and ARCHITECTURES[facts.architecture].model_type not in PLAIN_DECODERS
        kind = Reranker if pairs else TextClassifier
        engine = _engine(kind(model, folder, labels=facts.labels, window=window), kernels, options)
        runtime.classifier, runtime.reranker = engine, engine if pairs else None


def _engine(backend: Any, kernels: Kernels, options: ServeOptions) -> PoolingEngine[Any]:
    try:
        (row,) = backend.run([backend.probe()])
        if not math.isfinite(sum(row)):
            raise ModelRefused("The model was loaded but computes NaN or infinity.")
    except RuntimeError as error:
        if options.quantization == "none":
            raise
        # Not every kernel computes every layer, e.g. bitsandbytes' int8 those of ConvNext on a CPU.
        raise ModelRefused(
            f"This model does not compute with {options.quantization} by {kernels} ({str(error)[:200]}); "
            "choose another quantization, or none."
        ) from error
    return PoolingEngine(backend, queue_size=options.queue_size, batch_tokens=BATCH_TOKENS)
