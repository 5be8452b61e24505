"""A classification head's outputs to probabilities, as transformers' own pipelines do it."""

import numpy as np

from model_runtime.loading.judging.labels import Labels


def probabilities(logits: np.ndarray, labels: Labels) -> list[list[float]]:
    """From float32 [batch, classes]: a softmax where one class holds, else a sigmoid of each."""
    values = -np.logaddexp(np.float32(0), -logits) if labels.several else logits - logits.max(1, keepdims=True)
    odds = np.exp(values)
    rows: list[list[float]] = (odds if labels.several else odds / odds.sum(1, keepdims=True)).tolist()
    return rows
