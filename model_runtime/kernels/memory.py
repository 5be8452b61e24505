"""Memory by its address: for what moves between computations, as the slots of a cache do when they grow."""

from typing import Any

from llvmlite import ir
from numba import carray, types  # type: ignore[attr-defined]

from model_runtime.kernels.compiler import compiled, intrinsic


@compiled
def floats_at(address: Any, shape: Any) -> Any:
    """The float32 array of this shape that begins at `address`."""
    return carray(_pointer(address), shape)


@intrinsic
def _pointer(_context: Any, address: Any) -> Any:
    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.FloatType().as_pointer())

    return types.CPointer(types.float32)(types.uintp), generate
