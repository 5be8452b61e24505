"""Where tests compute: on the CPU, and on a CUDA card where there is one."""

import pytest
import torch

CUDA = torch.cuda.is_available()
DEVICES = ["cpu", "cuda"] if CUDA else ["cpu"]
needs_cuda = pytest.mark.skipif(not CUDA, reason="no CUDA device here")
