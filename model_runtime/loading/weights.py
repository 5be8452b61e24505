"""Weights to a module: safetensors only, nothing of the folder is executed, nothing is fetched."""

import logging
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.dry_load import model_class, refuse_gaps
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.memory import keep_large_blocks
from model_runtime.loading.quantization import KEPT, Kernels, quantization_arguments
from model_runtime.quantizations import Quantization


def prepare_torch(threads: int) -> None:
    """What a process does once before torch computes in it."""
    import torch

    torch.set_num_threads(threads)
    keep_large_blocks()


def load_module(
    folder: Path, *, quantization: Quantization, kernels: Kernels, device: str, architecture: str
) -> Any:
    """The model of a checked folder, in evaluation mode: float32 on a CPU, bfloat16 on CUDA.

    `architecture` is transformers' class, one of `judging.architectures`.

    Raises ModelRefused when tensors are missing or do not fit the config.
    """
    import torch
    from transformers.utils import logging as library_logging

    library_logging.disable_progress_bar()
    library_logging.set_verbosity_error()
    # bitsandbytes tells of a cast at every layer of every step.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    try:
        model, info = model_class(architecture).from_pretrained(
            str(folder),
            dtype=torch.float32 if device == "cpu" else torch.bfloat16,
            **({} if kernels in ("float32", "fbgemm") else {"device_map": {"": device}}),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
            **quantization_arguments(quantization, kernels, device),
        )
    except RuntimeError as error:
        if "size mismatch" in str(error) or "mismatched" in str(error):
            raise ModelRefused(f"The weights do not fit the config: {str(error)[:300]}") from error
        raise
    refuse_gaps(info, architecture)
    if kernels == "fbgemm":
        from model_runtime.kernels.module import to_int8

        to_int8(model, keep=KEPT)
    return model.eval()
