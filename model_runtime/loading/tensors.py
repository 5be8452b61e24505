"""Reads single tensors out of a folder's safetensors files, so that no whole model need be in memory twice."""

from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import Tensor

from model_runtime.loading.errors import ModelRefused
from model_runtime.loading.folder import weight_files


class TensorReader:
    """The tensors of a folder that `loading.check` has judged, by name. Files are mapped, not read."""

    def __init__(self, folder: Path) -> None:
        self._where: dict[str, Any] = {}
        for path in weight_files(folder):
            file = safe_open(str(path), framework="pt")
            self._where |= dict.fromkeys(file.keys(), file)

    def find(self, name: str, *shape: int) -> Tensor | None:
        """The tensor, or None where the model has none of that name. Raises ModelRefused when its shape differs."""
        if name not in self._where:
            return None
        tensor: Tensor = self._where[name].get_tensor(name)
        if tensor.shape != shape:
            raise ModelRefused(f"The weights do not fit the config: {name} is {tuple(tensor.shape)}, not {shape}.")
        return tensor

    def get(self, name: str, *shape: int) -> Tensor:
        """The tensor. Raises ModelRefused when it is missing or its shape differs."""
        tensor = self.find(name, *shape)
        if tensor is None:
            raise ModelRefused(f"The weights lack {name}.")
        return tensor
