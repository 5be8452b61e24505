"""Judges a model folder without loading it and without importing torch."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model_runtime.kinds import Kind
from model_runtime.loading.judging.config_check import LIMIT, check_config
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.estimate import (
    CONVERSATION,
    estimate_bytes,
    image_bytes,
    position_bytes,
    text_bytes,
    with_tied_head,
)
from model_runtime.loading.judging.folder import check_files, check_no_adapter, read_weights
from model_runtime.loading.judging.image_check import Preprocessor, read_preprocessor
from model_runtime.loading.judging.labels import Labels, read_labels
from model_runtime.loading.judging.multimodal_check import Vision, read_vision
from model_runtime.loading.judging.recommended import read_recommended, sampling_of
from model_runtime.loading.judging.sentence_check import SentencePooling, read_pooling
from model_runtime.loading.judging.shapes import check_shapes, window
from model_runtime.loading.judging.strict_json import read_object


@dataclass(frozen=True)
class Facts:
    """What the folder says about the model, all of it cross-checked.

    `context_length` is in tokens, 0 for a model of images; `estimated_bytes` by possible quantization. Models that
    write take `position_bytes` for each token of a conversation. Classifiers have `labels`, models of images a
    `preprocessor` too; embedding models have a `pooling`, and make vectors of `dimension` numbers.
    """

    architecture: str
    kind: Kind
    parameters: int
    context_length: int
    estimated_bytes: dict[str, int]
    position_bytes: int = 0
    labels: Labels | None = None
    preprocessor: Preprocessor | None = None
    pooling: SentencePooling | None = None
    dimension: int = 0
    vision: Vision | None = None


def check_folder(folder: Path) -> Facts:
    """Judge files, config and weight headers. Raises ModelRefused with the reason."""
    check_files(folder)
    check_no_adapter(folder)
    config, architecture = check_config(folder)
    tensors = read_weights(folder)
    labels = read_labels(config) if architecture.head else None
    check_shapes(config, architecture, labels, tensors)
    facts = Facts(
        architecture=config["architectures"][0],
        kind=architecture.kind,
        parameters=sum(tensor.elements for tensor in tensors),
        context_length=0,
        estimated_bytes={},
        labels=labels,
        vision=read_vision(config, folder) if architecture.reads_images else None,
    )
    if architecture.kind == "image_classifier":
        preprocessor = read_preprocessor(config, _preprocessor_settings(folder))
        working = image_bytes(preprocessor.height, preprocessor.width)
        return replace(facts, estimated_bytes=estimate_bytes(tensors, working), preprocessor=preprocessor)
    length = window(config)
    if architecture.kind == "embedder":
        pooling = read_pooling(folder, length)
        dimension = int(config.get("hidden_size") or config["dim"])
        facts, length = replace(facts, pooling=pooling, dimension=dimension), pooling.window
    if architecture.kind == "generator":
        sampling_of(read_recommended(folder))
        facts = replace(facts, position_bytes=position_bytes(config))
        working = facts.position_bytes * min(length, CONVERSATION)
    else:
        working = text_bytes(config, length)
    estimated = estimate_bytes(tensors, working)
    if architecture.kind == "generator":
        estimated = with_tied_head(estimated, config, tensors)
    return replace(facts, context_length=length, estimated_bytes=estimated)


def _preprocessor_settings(folder: Path) -> dict[str, Any]:
    side = folder / "preprocessor_config.json"
    if not side.is_file():
        raise ModelRefused("There is no preprocessor_config.json, which says how images are prepared.")
    return read_object(side, LIMIT)
