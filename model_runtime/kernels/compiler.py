"""numba, as the kernels use it. Compiled code is kept beside the source's own (`__pycache__`), or where numba's
`NUMBA_CACHE_DIR` says."""

from typing import Any

from numba import njit
from numba.extending import intrinsic as numba_intrinsic

# numba's types describe Python's side of a call; between compiled functions there is another one.
intrinsic: Any = numba_intrinsic

compiled: Any = njit(nogil=True, cache=True)

vectorised: Any = njit(nogil=True, cache=True, fastmath={"reassoc", "nsz", "contract", "arcp"}, error_model="numpy")
"""LLVM may add up in an order of its own, many numbers at once; it is the same one whenever the code runs."""
