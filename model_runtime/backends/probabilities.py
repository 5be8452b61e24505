"""A classification head's outputs to probabilities, as transformers' own pipelines do it."""

import torch

from model_runtime.loading.labels import Labels


def probabilities(logits: torch.Tensor, labels: Labels) -> list[list[float]]:
    """From [batch, classes]: a softmax where one class holds, else a sigmoid of each."""
    values = logits.float()
    rows: list[list[float]] = (values.sigmoid() if labels.several else values.softmax(1)).tolist()
    return rows
