"""`--check`: judges a model folder without loading it and without importing torch."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model_runtime.kinds import Kind
from model_runtime.loading.config_check import LIMIT, check_config
from model_runtime.loading.errors import CannotJudge, ModelRefused
from model_runtime.loading.estimate import (
    CONVERSATION,
    estimate_bytes,
    image_bytes,
    position_bytes,
    text_bytes,
    with_tied_head,
)
from model_runtime.loading.finite import check_finite
from model_runtime.loading.folder import check_files, check_no_adapter, read_weights
from model_runtime.loading.image_check import Preprocessor, read_preprocessor
from model_runtime.loading.labels import Labels, read_labels
from model_runtime.loading.multimodal_check import Vision, read_vision
from model_runtime.loading.recommended import read_recommended, sampling_of
from model_runtime.loading.sentence_check import SentencePooling, read_pooling
from model_runtime.loading.shapes import check_shapes, window
from model_runtime.loading.strict_json import read_object

READ_AT_MOST = 4 * 1024**3
"""Bytes of weights that a check reads, a few seconds' work, in search of NaN; a load looks at all of them."""


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


def print_verdict(folder: Path, *, tried: bool = True) -> int:
    """Print the verdict as one JSON line; 0 if the model may be loaded, 1 if not, 2 if that cannot be told here.

    Not `tried` is for what comes with the product: the trial imports torch for seconds, and the load looks anyway.
    """
    from model_runtime.loading.trial import try_folder

    keys = "ok reason architecture kind labels embedding parameters context_length estimated_bytes"
    verdict: dict[str, Any] = dict.fromkeys(keys.split())
    verdict["ok"] = False
    status = 1
    try:
        facts = check_folder(folder)
        verdict |= {
            "architecture": facts.architecture,
            "kind": facts.kind,
            "labels": facts.labels and list(facts.labels.names),
            "embedding": _embedding(facts),
            "parameters": facts.parameters,
            "context_length": facts.context_length or None,
            "estimated_bytes": facts.estimated_bytes,
        }
        if tried:
            try_folder(folder)
            check_finite(folder, most_bytes=READ_AT_MOST)
        verdict["ok"], status = True, 0
    except CannotJudge as ours:
        verdict["reason"], status = str(ours), 2
    except ModelRefused as refusal:
        verdict["reason"] = str(refusal)
    except OSError as error:
        verdict["reason"] = f"The folder cannot be read: {error.strerror}."
    print(json.dumps(verdict, ensure_ascii=False))
    return status


def _embedding(facts: Facts) -> dict[str, Any] | None:
    """Of a model of vectors: how many numbers they have, of which tokens they are made, and of how many at most."""
    if facts.pooling is None:
        return None
    pooling = "cls" if facts.pooling.first_token else "mean"
    return {"dimension": facts.dimension, "pooling": pooling, "tokens": facts.pooling.window}


def _preprocessor_settings(folder: Path) -> dict[str, Any]:
    side = folder / "preprocessor_config.json"
    if not side.is_file():
        raise ModelRefused("There is no preprocessor_config.json, which says how images are prepared.")
    return read_object(side, LIMIT)
