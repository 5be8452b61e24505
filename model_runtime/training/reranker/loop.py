"""One training step, and training for a while."""

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import BertForSequenceClassification

from model_runtime.training.reranker.batches import Batch
from model_runtime.training.reranker.network import scores

RATE, WARMUP = 1e-3, 50
EACH = 0.5  # weight of the yes or no for each candidate beside the choice among them


class Trainer:
    """A network with its optimizer, on the network's device."""

    def __init__(self, network: BertForSequenceClassification, rate: float = RATE) -> None:
        self.network, self._rate, self.steps = network, rate, 0
        self._weights = [one for one in network.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(self._weights, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))

    def step(self, batch: Batch, share: float) -> Tensor:
        """Learns from the lists at `share` of the rate; the mean loss of a list, which nobody has waited for."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate * min(share, (self.steps + 1) / WARMUP)
        found = loss(scored(self.network, batch), batch.answers.to(self.network.device))
        self._optimizer.zero_grad()
        found.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimizer.step()
        self.steps += 1
        return found.detach()


def scored(network: BertForSequenceClassification, batch: Batch) -> Tensor:
    """[lists, candidates]"""
    device = network.device
    parts = [
        scores(network, {key: one.to(device, non_blocking=True) for key, one in chunk.items()})
        for chunk in batch.chunks
    ]
    return torch.cat(parts)[batch.back.to(device)].view(len(batch.answers), -1)


def loss(found: Tensor, answers: Tensor) -> Tensor:
    """A choice among a question's candidates and "none of them", whose score is 0; plus a yes or no for each.

    So the sigmoid of the best score is itself a measure of whether anything answers.
    """
    choice = torch.cat([found.new_zeros(len(found), 1), found], 1)
    truth = torch.zeros(len(found), found.shape[1] + 1, device=found.device)
    truth[torch.arange(len(found), device=found.device), answers + 1] = 1.0
    return cross_entropy(choice, answers + 1) + EACH * binary_cross_entropy_with_logits(found, truth[:, 1:])


def train(
    trainer: Trainer,
    batches: Iterator[Batch],
    seconds: float,
    told: Callable[[str], None] = print,
    every: int = 100,
) -> None:
    """The rate falls to nothing by the end of `seconds`."""
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
