"""The two small models: a listwise ranker of sentences, and a logistic regression for the confidence."""

from collections.abc import Sequence

import numpy as np

from ..retrieval.weights import Logistic, Ranker

Parameters = list[np.ndarray]


def fit_ranker(
    lists: Sequence[tuple[np.ndarray, np.ndarray]], *, units: int, steps: int, decay: float = 1e-2, seed: int = 7
) -> Ranker:
    """Raises the share of probability (softmax over a question's sentences) that falls on the right ones; Adam."""
    rng = np.random.default_rng(seed)
    lists = [(rows, right) for rows, right in lists if right.any() and not right.all()]
    every = np.concatenate([rows for rows, _ in lists])
    mean, scale = every.mean(axis=0), every.std(axis=0)
    scale[scale < 1e-3] = 1.0  # a feature that never differs, as the cosine does in Chinese
    inputs, there, right = _padded([((rows - mean) / scale, marks) for rows, marks in lists])
    width = every.shape[1]
    parameters: Parameters = [
        np.zeros(width),
        rng.normal(0, 0.3, (width, units)),
        np.zeros(units),
        rng.normal(0, 0.1, units),
    ]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    for step in range(1, steps + 1):
        batch = rng.integers(0, len(lists), 256)
        gradients = _gradients(parameters, inputs[batch], there[batch], right[batch])
        rate = 3e-3 * min(1.0, 2 * (1 - step / steps) + 0.02)
        for i, gradient in enumerate(gradients):
            first[i] = 0.9 * first[i] + 0.1 * gradient
            second[i] = 0.999 * second[i] + 0.001 * gradient * gradient
            move = first[i] / (1 - 0.9**step) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
            parameters[i] = parameters[i] - rate * (move + decay * parameters[i])
    linear, hidden, bias, out = parameters
    return Ranker(mean, scale, linear, hidden, bias, out)


def averaged(rankers: Sequence[Ranker]) -> Ranker:
    """The mean of rankers of the same features, as one with all their hidden units."""
    first, count = rankers[0], len(rankers)
    return Ranker(
        first.mean,
        first.scale,
        np.mean([one.linear for one in rankers], axis=0),
        np.concatenate([one.hidden for one in rankers], axis=1),
        np.concatenate([one.bias for one in rankers]),
        np.concatenate([one.out for one in rankers]) / count,
    )


def _padded(lists: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    longest = max(len(rows) for rows, _ in lists)
    inputs = np.zeros((len(lists), longest, lists[0][0].shape[1]), dtype=np.float32)
    there, right = np.zeros(inputs.shape[:2], dtype=bool), np.zeros(inputs.shape[:2], dtype=bool)
    for index, (rows, marks) in enumerate(lists):
        inputs[index, : len(rows)], there[index, : len(rows)], right[index, : len(rows)] = rows, True, marks
    return inputs, there, right


def _gradients(parameters: Parameters, inputs: np.ndarray, there: np.ndarray, right: np.ndarray) -> Parameters:
    linear, hidden, bias, out = parameters
    units = np.tanh(inputs @ hidden + bias)
    scores = inputs @ linear + units @ out
    error = (_softmax(scores, there) - _softmax(scores, right)) / len(inputs)
    back = error[..., None] * out * (1 - units * units)
    return [
        np.einsum("bs,bsf->f", error, inputs),
        np.einsum("bsf,bsu->fu", inputs, back),
        back.sum(axis=(0, 1)),
        np.einsum("bs,bsu->u", error, units),
    ]


def _softmax(scores: np.ndarray, kept: np.ndarray) -> np.ndarray:
    masked = np.where(kept, scores, -1e9)
    weights = np.exp(masked - masked.max(axis=1, keepdims=True)) * kept
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def fit_logistic(
    answered: np.ndarray, off_topic: np.ndarray, *, columns: Sequence[int], declined: float, ridge: float = 1.0
) -> Logistic:
    """Newton's method, over `columns` of the evidence, the others weighing nothing. `ridge` holds the weights of
    the standardised columns back: many of them say nearly the same.

    The bias then moves so that 0.5 declines the share `declined` of the off-topic questions.
    """
    chosen = list(columns)
    every = np.zeros(answered.shape[1])
    answered, off_topic = answered[:, chosen], off_topic[:, chosen]
    rows = np.concatenate([answered, off_topic])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-3] = 1.0
    inputs = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    target = np.concatenate([np.ones(len(answered)), np.zeros(len(off_topic))])
    balance = np.where(target > 0, 1 / len(answered), 1 / len(off_topic)) * len(rows) / 2
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (balance * (chance - target)) + ridge * weights
        curve = (inputs * (balance * chance * (1 - chance))[:, None]).T @ inputs + ridge * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    plain = weights[:-1] / scale
    cut = float(np.quantile(off_topic @ plain, declined))
    every[chosen] = plain
    return Logistic(every, -cut)
