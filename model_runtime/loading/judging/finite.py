"""Looks for NaN and infinity in weights: one such number makes a model fail, or worse, only for some texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import weight_files
from model_runtime.loading.judging.safetensors_header import Tensor, read_header

# Floats as integers: the type to read, what takes the sign away, and the least value that is no finite number.
_BITS: dict[str, tuple[Any, int, int]] = {
    "F16": (np.dtype("<u2"), 0x7FFF, 0x7C00),
    "BF16": (np.dtype("<u2"), 0x7FFF, 0x7F80),
    "F32": (np.dtype("<u4"), 0x7FFF_FFFF, 0x7F80_0000),
    "F64": (np.dtype("<u8"), 0x7FFF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000),
}
_CHUNK = 4 * 1024 * 1024


def check_finite(folder: Path, *, most_bytes: int | None = None) -> None:
    """Read all weights once. Raises ModelRefused naming the first tensor that holds NaN or infinity.

    Folders of more than `most_bytes` are not read.
    """
    files = weight_files(folder)
    if most_bytes is not None and sum(file.stat().st_size for file in files) > most_bytes:
        return
    for file in files:
        for tensor, where in _places(file):
            if tensor.dtype in _BITS and not _finite(file, tensor, where):
                raise ModelRefused(f"The weights hold NaN or infinity: {tensor.name} in {file.name}.")


def _places(file: Path) -> Iterator[tuple[Tensor, int]]:
    """The file's tensors, each with the place of its first byte."""
    tensors = read_header(file)
    data = file.stat().st_size - max((tensor.end for tensor in tensors), default=0)
    for tensor in tensors:
        yield tensor, data + tensor.begin


def _finite(file: Path, tensor: Tensor, where: int) -> bool:
    kind, sizes, least = _BITS[tensor.dtype]
    left = tensor.end - tensor.begin
    with file.open("rb") as opened:
        opened.seek(where)
        while left:
            bits = np.frombuffer(opened.read(min(_CHUNK, left)), kind)
            if np.max(bits & kind.type(sizes)) >= least:
                return False
            left -= bits.nbytes
    return True
