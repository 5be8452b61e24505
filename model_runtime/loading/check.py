"""`--check`: judges a model folder without loading it and without importing torch."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_runtime.loading.config_check import check_config, is_causal
from model_runtime.loading.errors import ModelRefused
from model_runtime.loading.estimate import check_shapes, estimate_bytes
from model_runtime.loading.folder import check_files, read_weights


@dataclass(frozen=True)
class Facts:
    """What the folder says about the model, all of it cross-checked. `estimated_bytes` by quantization."""

    architecture: str
    causal: bool
    parameters: int
    context_length: int
    estimated_bytes: dict[str, int]


def check_folder(folder: Path) -> Facts:
    """Judge files, config and weight headers. Raises ModelRefused with the reason."""
    check_files(folder)
    config = check_config(folder)
    tensors = read_weights(folder)
    check_shapes(config, tensors)
    return Facts(
        architecture=config["architectures"][0],
        causal=is_causal(config),
        parameters=sum(tensor.elements for tensor in tensors),
        context_length=int(config.get("max_position_embeddings") or 2048),
        estimated_bytes=estimate_bytes(config, tensors),
    )


def print_verdict(folder: Path) -> int:
    """Print the verdict as one JSON line; 0 if the model may be loaded, else 1."""
    from model_runtime.loading.trial import try_tokenizer

    verdict: dict[str, Any] = dict.fromkeys(
        ("ok", "reason", "architecture", "parameters", "context_length", "estimated_bytes")
    )
    verdict["ok"] = False
    try:
        facts = check_folder(folder)
        verdict |= {
            "architecture": facts.architecture,
            "parameters": facts.parameters,
            "context_length": facts.context_length,
            "estimated_bytes": facts.estimated_bytes,
        }
        try_tokenizer(folder, causal=facts.causal)
        verdict["ok"] = True
    except ModelRefused as refusal:
        verdict["reason"] = str(refusal)
    except OSError as error:
        verdict["reason"] = f"The folder cannot be read: {error.strerror}."
    print(json.dumps(verdict, ensure_ascii=False))
    return 0 if verdict["ok"] else 1
