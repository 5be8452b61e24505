"""What computes: a card, or the processor."""

from pathlib import Path
from typing import Literal

Device = Literal["cpu", "cuda"]
# What a driver for a card of NVIDIA (also under WSL) or AMD puts there. To import torch only in order to learn that
# there is none takes a second and 120 MB.
_CARDS = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kfd")


def choose_device() -> Device:
    """ "cuda" when a GPU is there that torch can use, else "cpu"."""
    if not any(Path(place).exists() for place in _CARDS):
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
