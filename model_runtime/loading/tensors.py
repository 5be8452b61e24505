"""Reads single tensors out of a folder's safetensors files, so that no whole model need be in memory twice."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import weight_files
from model_runtime.loading.judging.safetensors_header import Tensor, read_header

_BFLOAT16 = "BF16"
_STORED = {"F32": "<f4", "F16": "<f2", _BFLOAT16: "<u2", "F64": "<f8"}


class Table:
    """Numbers as they lie in the file: what is never looked up takes no memory.

    The file stays mapped, so nobody may write into it: a new one takes its place by a rename. numpy has no
    bfloat16; `stored` has its bits then.
    """

    def __init__(self, stored: np.ndarray, *, bfloat16: bool) -> None:
        self.stored, self.bfloat16 = stored, bfloat16
        self.nbytes = stored.nbytes

    def __len__(self) -> int:
        return len(self.stored)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """These rows as float32."""
        found = self.stored[rows]
        if self.bfloat16:  # the upper half of a float32's bits
            return (found.astype(np.uint32) << np.uint32(16)).view(np.float32)
        return found.astype(np.float32, copy=False)


class TensorReader:
    """The tensors of a folder that `judging.check` has judged, by name. Files are mapped, not read."""

    def __init__(self, folder: Path) -> None:
        self._where: dict[str, tuple[np.ndarray, Tensor]] = {}
        self._asked: set[str] = set()
        self._files: list[mmap.mmap] = []
        for path in weight_files(folder):
            tensors = read_header(path)
            data = path.stat().st_size - max((tensor.end for tensor in tensors), default=0)
            with path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._files.append(mapped)
            bytes_ = np.frombuffer(mapped, np.uint8)[data:]
            self._where |= {tensor.name: (bytes_, tensor) for tensor in tensors}

    def find(self, name: str, *shape: int) -> np.ndarray | None:
        """The tensor in float32, or None where the model has none of that name. Raises ModelRefused when its shape
        differs, or when it holds other things than numbers."""
        return self.table(name, *shape)[:] if name in self._where else None

    def get(self, name: str, *shape: int) -> np.ndarray:
        """The tensor in float32. Raises ModelRefused when it is missing, too."""
        return self.table(name, *shape)[:]

    def table(self, name: str, *shape: int) -> Table:
        """The tensor as it is stored. Raises ModelRefused as `get` does."""
        if name not in self._where:
            raise ModelRefused(f"The weights lack {name}.")
        mapped, tensor = self._where[name]
        if tensor.shape != shape:
            raise ModelRefused(f"The weights do not fit the config: {name} is {tensor.shape}, not {shape}.")
        if tensor.dtype not in _STORED:
            raise ModelRefused(f"The weights do not fit the config: {name} is of the type {tensor.dtype}.")
        self._asked.add(name)
        stored = mapped[tensor.begin : tensor.end].view(_STORED[tensor.dtype]).reshape(shape)
        return Table(stored, bfloat16=tensor.dtype == _BFLOAT16)

    def forget(self) -> None:
        """Take what has been read out of this process's memory; what is looked up again comes back."""
        for mapped in self._files:
            mapped.madvise(mmap.MADV_DONTNEED)

    def names(self) -> frozenset[str]:
        """Of all tensors."""
        return frozenset(self._where)

    def unread(self) -> frozenset[str]:
        """Names of the tensors that nobody asked for."""
        return frozenset(self._where.keys() - self._asked)
