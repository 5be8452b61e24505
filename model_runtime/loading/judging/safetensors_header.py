"""Reads safetensors headers strictly, before any library does: sizes, overlaps, holes, repeated keys."""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.strict_json import parse

MAX_HEADER = 32 * 1024 * 1024
ELEMENT_BYTES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "U8": 1, "I8": 1, "BOOL": 1, "F64": 8}


@dataclass(frozen=True)
class Tensor:
    """One tensor as the header describes it; `begin` and `end` are offsets into the data."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


def read_header(path: Path) -> list[Tensor]:
    """The tensors of a file. Raises ModelRefused for anything a strict reader would not accept."""
    size = path.stat().st_size
    with path.open("rb") as file:
        prefix = file.read(8)
        if len(prefix) < 8:
            raise ModelRefused(f"{path.name} is too short to be safetensors.")
        (length,) = struct.unpack("<Q", prefix)
        if not 2 <= length <= min(MAX_HEADER, size - 8):
            raise ModelRefused(f"{path.name}: the header's length {length} is impossible.")
        raw = file.read(length)
    if raw[:1] != b"{":
        raise ModelRefused(f"{path.name}: the header is no JSON object.")
    header = parse(raw, f"{path.name}'s header")
    header.pop("__metadata__", None)
    tensors = [_tensor(path.name, name, entry) for name, entry in header.items()]
    _check_layout(path.name, tensors, size - 8 - length)
    return tensors


def _tensor(file: str, name: str, entry: Any) -> Tensor:
    if not name or len(name) > 512 or not name.isprintable():
        raise ModelRefused(f"{file}: a tensor's name is not printable: {name[:80]!r}.")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise ModelRefused(f"{file}: {name} is not described by dtype, shape and data_offsets.")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if dtype not in ELEMENT_BYTES:
        raise ModelRefused(f"{file}: {name} has the unsupported type {str(dtype)[:20]!r}.")
    if not (_is_sizes(shape) and len(shape) <= 8) or not (_is_sizes(offsets) and len(offsets) == 2):
        raise ModelRefused(f"{file}: {name} has no proper shape or offsets.")
    tensor = Tensor(name, dtype, tuple(shape), *offsets)
    if tensor.end - tensor.begin != tensor.elements * ELEMENT_BYTES[dtype]:
        raise ModelRefused(f"{file}: {name}'s shape and its bytes disagree.")
    return tensor


def _is_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 2**48 for item in value)


def _check_layout(file: str, tensors: list[Tensor], data: int) -> None:
    position = 0
    for tensor in sorted(tensors, key=lambda one: (one.begin, one.end)):
        if tensor.begin != position:
            problem = "overlaps another tensor" if tensor.begin < position else "leaves a hole before it"
            raise ModelRefused(f"{file}: {tensor.name} {problem}.")
        position = tensor.end
    if position > data:
        raise ModelRefused(f"{file}: the file is cut short, {position - data} bytes are missing.")
    if position < data:
        raise ModelRefused(f"{file}: {data - position} bytes of data belong to no tensor.")
