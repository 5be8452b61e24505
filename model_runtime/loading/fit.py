"""Refuses a model that does not fit, before any of it is loaded."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psutil

from model_runtime.loading.adapters import adapter_elements
from model_runtime.loading.judging.check import Facts
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.estimate import CONVERSATION, FLOAT32
from model_runtime.quantizations import Quantization

_CGROUP = Path("/sys/fs/cgroup")
# What a process needs beside the model: the libraries, or a GPU's kernels, and room to compute in.
OVERHEAD = 512 * 1024 * 1024


def with_adapters(facts: Facts, adapters: Mapping[str, Path]) -> Facts:
    """The facts of a model that is loaded with the adapters in these folders. Raises ModelRefused naming one."""
    more = FLOAT32 * sum(adapter_elements(name, folder) for name, folder in adapters.items())
    return replace(facts, estimated_bytes={name: size + more for name, size in facts.estimated_bytes.items()})


def require_memory(facts: Facts, quantization: Quantization, device: str) -> None:
    """Raises ModelRefused with the numbers when the estimate is more than what is free."""
    if quantization not in facts.estimated_bytes:
        raise ModelRefused(
            f"{facts.architecture} cannot be loaded with quantization {quantization}, because its layers are "
            f"convolutions or of odd sizes; choose {' or '.join(facts.estimated_bytes)}."
        )
    needed = _needed(facts, quantization, device)
    available = _available(device)
    if needed > available:
        where = "on the GPU" if device == "cuda" else "here"
        raise ModelRefused(
            f"The model needs about {needed / 1e9:.1f} GB with quantization {quantization}; "
            f"{available / 1e9:.1f} GB are free {where}."
        )


def slots_that_fit(
    facts: Facts, quantization: Quantization, device: str, *, wanted: int, context_length: int
) -> int:
    """How many of the wanted slots could all be full at once beside the weights; one at least."""
    position = facts.position_bytes // _shrink(device)
    weights = _needed(facts, quantization, device) - position * min(facts.context_length, CONVERSATION)
    room = _available(device) - weights
    return max(1, min(wanted, room // (position * context_length)))


def _needed(facts: Facts, quantization: Quantization, device: str) -> int:
    estimated = facts.estimated_bytes[quantization]
    return OVERHEAD + (estimated // _shrink(device) if quantization == "none" else estimated)


def _shrink(device: str) -> int:
    """Estimates are of float32; on a GPU everything is bfloat16."""
    return 2 if device == "cuda" else 1


def _available(device: str) -> int:
    if device == "cpu":
        return available_memory()
    import torch

    return int(torch.cuda.mem_get_info()[0])


def available_memory() -> int:
    """Bytes this process may still take: the machine's, or its container's if that is less."""
    available = int(psutil.virtual_memory().available)
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return available
    return min(available, max(0, int(limit) - used)) if limit.isdigit() else available
