"""Loads a model without its weights: from config and headers alone, to see that nothing is missing or misshapen."""

import logging
import os
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import read_weights
from model_runtime.loading.judging.shapes import LAYER


def warm_imports(architecture: str) -> None:
    """Import what a dry load of such a folder needs. Raises ImportError."""
    import PIL.Image  # noqa: F401
    import torch  # noqa: F401  # without it, transformers has a class that fails when it is used

    model_class(architecture)


def model_class(architecture: str) -> Any:
    """transformers' class of a known architecture."""
    import transformers

    return getattr(transformers, architecture)


def dry_load(folder: Path, architecture: str) -> None:
    """Let transformers load tensors that have shapes only. Raises ModelRefused, or what its config raises."""
    # A trial's child may start no threads.
    os.environ["HF_DEACTIVATE_ASYNC_LOAD"] = "1"
    import torch
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    shapes = {tensor.name: torch.empty(tensor.shape, device="meta") for tensor in read_weights(folder)}
    logging.getLogger("transformers").setLevel(logging.CRITICAL)
    _, info = model_class(architecture).from_pretrained(
        None,
        config=config,
        state_dict=shapes,
        device_map="meta",
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # they are refused below, by name
    )
    refuse_gaps(info, architecture)


def refuse_gaps(info: dict[str, Any], architecture: str) -> None:
    """Raise ModelRefused for what transformers would fill with random numbers, or leave out of a layer.

    Only an embedding model may lack its pooling layer, which is not used.
    """
    unused = "pooler." if architecture.endswith("Model") else None
    missing = sorted(name for name in info["missing_keys"] if not (unused and unused in name))
    if missing:
        raise ModelRefused(f"The weights lack {len(missing)} tensors, the first is {missing[0]}.")
    mismatched = sorted(str(key) for key in info["mismatched_keys"])
    if mismatched:
        raise ModelRefused(f"The weights do not fit the config; the first tensor that differs is {mismatched[0]}.")
    # What lies outside of layers is some other head. Frequencies were once kept, and are computed now.
    unread = sorted(name for name in info["unexpected_keys"] if LAYER.search(name) and "inv_freq" not in name)
    if unread:
        raise ModelRefused(f"The weights have {unread[0]}, which {architecture} does not compute by this config.")
