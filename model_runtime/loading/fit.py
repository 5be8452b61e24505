"""Refuses a model that does not fit, before any of it is loaded."""

from pathlib import Path

import psutil

from model_runtime.loading.check import Facts
from model_runtime.loading.errors import ModelRefused
from model_runtime.quantizations import Quantization

_CGROUP = Path("/sys/fs/cgroup")
# What the process itself needs beside the model: the libraries and room to compute in.
OVERHEAD = 512 * 1024 * 1024


def require_memory(facts: Facts, quantization: Quantization, device: str) -> None:
    """Raises ModelRefused with the numbers when the estimate is more than what is free."""
    if quantization not in facts.estimated_bytes:
        raise ModelRefused(
            f"{facts.architecture} cannot be loaded with quantization {quantization}, because its layers are "
            f"convolutions or of odd sizes; choose {' or '.join(facts.estimated_bytes)}."
        )
    needed = facts.estimated_bytes[quantization]
    if device == "cuda":
        import torch

        available, where = torch.cuda.mem_get_info()[0], "on the GPU"
    else:
        needed += OVERHEAD
        available, where = available_memory(), "here"
    if needed > available:
        raise ModelRefused(
            f"The model needs about {needed / 1e9:.1f} GB with quantization {quantization}; "
            f"{available / 1e9:.1f} GB are free {where}."
        )


def available_memory() -> int:
    """Bytes this process may still take: the machine's, or its container's if that is less."""
    available = int(psutil.virtual_memory().available)
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return available
    return min(available, max(0, int(limit) - used)) if limit.isdigit() else available
