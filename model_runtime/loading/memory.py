"""What a model takes, and how the C library keeps memory."""

import contextlib
import ctypes
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGE = 1 << 30


def footprint(module: Any) -> int:
    """Bytes of a transformers model's weights, packed ones included."""
    packed = sum(part.nbytes for part in module.modules() if hasattr(part, "nbytes"))
    return int(module.get_memory_footprint()) + packed


def keep_large_blocks() -> None:
    """Let glibc reuse blocks of megabytes instead of giving them back at once.

    Otherwise every large product faults its pages in anew: prompts were read at less than half the speed.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library, with habits of its own
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGE)
    mallopt(_M_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give the system what a load used on its way and the C library kept."""
    with contextlib.suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
