"""What the reranker learns from a batch."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import BertForSequenceClassification

from model_runtime.training.reranker.batches import Batch
from model_runtime.training.reranker.network import scores
from model_runtime.training.timed import Trainer

RATE = 1e-3
EACH = 0.5  # weight of the yes or no for each candidate beside the choice among them


def trainer(network: BertForSequenceClassification, rate: float = RATE) -> Trainer[Batch]:
    def wrong(batch: Batch) -> Tensor:
        return loss(scored(network, batch), batch.answers.to(network.device))

    return Trainer(network, wrong, rate)


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
