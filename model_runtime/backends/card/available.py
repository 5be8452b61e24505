"""Whether kernels of our own can be made on this machine."""

import logging
from importlib.util import find_spec

logger = logging.getLogger(__name__)


def compiles() -> bool:
    """Whether Triton is installed and compiles: it needs a C compiler and Python's headers, and a card."""
    if find_spec("triton") is None:
        return False
    try:
        import torch

        from model_runtime.backends.card.kernels import gate

        gate(torch.zeros(1, 32, device="cuda", dtype=torch.bfloat16))
    except Exception as error:  # noqa: BLE001  # compilers fail in many ways, and the general path computes the same
        logger.warning("kernels of our own cannot be compiled, so the general path computes: %s", str(error)[:300])
        return False
    return True
