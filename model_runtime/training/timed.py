"""Training for a while: the rate falls to nothing by the end of it."""

import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

WARMUP = 50  # steps
B = TypeVar("B")


class Trainer(Generic[B]):
    """A network with its optimizer; `loss` tells how wrong it is about a batch."""

    def __init__(self, network: nn.Module, loss: Callable[[B], Tensor], rate: float) -> None:
        self.network, self._loss, self._rate, self.steps = network, loss, rate, 0
        self._weights = [one for one in network.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(self._weights, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))

    def step(self, batch: B, share: float) -> Tensor:
        """Learns from the batch at `share` of the rate; the loss, which nobody has waited for."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate * min(share, (self.steps + 1) / WARMUP)
        found = self._loss(batch)
        self._optimizer.zero_grad()
        found.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimizer.step()
        self.steps += 1
        return found.detach()


def train(
    trainer: Trainer[B],
    batches: Iterator[B],
    seconds: float,
    told: Callable[[str], None] = print,
    every: int = 100,
) -> None:
    network = trainer.network
    network.train()
    began, passed, losses = time.monotonic(), 0.0, []
    while passed < seconds:
        losses.append(trainer.step(next(batches), 1 - passed / seconds))
        passed = time.monotonic() - began
        if len(losses) == every or passed >= seconds:
            told(f"step {trainer.steps} loss {float(torch.stack(losses).mean()):.3f} second {passed:.0f}")
            losses = []
            passed = time.monotonic() - began
    network.eval()
