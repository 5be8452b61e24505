"""Logits to tokens without torch, a row at a time: what `backends.sampling` does on a card or for transformers."""

import math

import numpy as np

from model_runtime.backends.base import Choice, Chosen, Sampling
from model_runtime.backends.odds import COLDEST, NUCLEUS, changes_odds


def choose(logits: np.ndarray, likeliest: int, total: float, choice: Choice) -> Chosen:
    """Pick one token. `logits` is float32 [vocabulary], `likeliest` the first of the largest, `total` the
    log(sum(exp(logits))). That is not finite where a logit is NaN or positive infinity: then the log-probability is
    NaN.
    """
    if not math.isfinite(total):
        return Chosen(0, math.nan)
    sampling, token = choice.sampling, likeliest
    if sampling.temperature >= COLDEST or changes_odds(choice, likeliest):
        token = _drawn(_allowed(logits, choice), sampling, choice.uniform)
    top = _largest(logits, min(sampling.top_logprobs, len(logits)))
    return Chosen(token, float(logits[token]) - total, tuple((int(at), float(logits[at]) - total) for at in top))


def _allowed(logits: np.ndarray, choice: Choice) -> np.ndarray:
    """With grammar, bans, biases and penalties applied."""
    sampling, logits = choice.sampling, logits.copy()
    if choice.constraint is not None and choice.constraint.mask is not None:
        bits = np.unpackbits(np.frombuffer(choice.constraint.mask, np.uint8), bitorder="little", count=len(logits))
        logits[bits == 0] = -np.inf
    elif choice.banned:
        logits[list(choice.banned)] = -np.inf
    if sampling.logit_bias:
        logits[list(sampling.logit_bias)] += np.array(list(sampling.logit_bias.values()), np.float32)
    if sampling.repetition_penalty != 1 and (known := list(choice.prompt.union(choice.counts))):
        kept = logits[known]  # Keskar and others (CTRL, 2019): what makes a token less likely depends on its sign
        penalty = np.float32(sampling.repetition_penalty)
        logits[known] = np.where(kept > 0, kept / penalty, kept * penalty)
    if choice.counts:
        counts = np.array(list(choice.counts.values()), np.float32)
        logits[list(choice.counts)] -= sampling.presence_penalty + sampling.frequency_penalty * counts
    return logits


def _drawn(logits: np.ndarray, sampling: Sampling, uniform: float) -> int:
    likeliest = int(logits.argmax())
    largest = logits[likeliest]
    # If all that a grammar allows is impossible by the model, there are no probabilities: any token is as good.
    if sampling.temperature < COLDEST or not math.isfinite(largest):
        return likeliest
    probabilities = np.exp((logits - largest) / np.float32(sampling.temperature))
    if not (sampling.top_k or sampling.top_p < 1 or sampling.min_p):
        return _at(probabilities, uniform)
    order = _filtered(probabilities / probabilities.sum(), sampling)
    return int(order[_at(probabilities[order], uniform)])


def _at(probabilities: np.ndarray, uniform: float) -> int:
    """The index where the running sum passes its share of the whole; never one of probability 0."""
    cumulative = probabilities.cumsum(dtype=np.float64)
    index = cumulative.searchsorted(uniform * cumulative[-1], side="right")
    # Rounding may leave the target at the very end: the last index with any probability stands there.
    return int(min(index, cumulative.searchsorted(cumulative[-1])))


def _filtered(probabilities: np.ndarray, sampling: Sampling) -> np.ndarray:
    """The tokens that top_k, min_p and top_p leave, likeliest first; never none."""
    count = min(sampling.top_k or len(probabilities), len(probabilities))
    order = _largest(probabilities, min(count, NUCLEUS))
    values = probabilities[order]
    wider = sampling.min_p * values[0] <= values[-1] and values.sum() < sampling.top_p
    if count > len(order) and wider:
        order = _largest(probabilities, count)
        values = probabilities[order]
    # A token stays if the likelier ones before it do not yet reach top_p; the first always stays.
    kept = (values >= sampling.min_p * values[0]) & (values.cumsum() - values < sampling.top_p) & (values > 0)
    kept[0] = True
    return order[kept]


def _largest(numbers: np.ndarray, count: int) -> np.ndarray:
    """Where the `count` largest are, the largest first."""
    if count < len(numbers):
        found = np.argpartition(numbers, len(numbers) - count)[len(numbers) - count :] if count else np.arange(0)
    else:
        found = np.arange(len(numbers))
    return found[np.argsort(-numbers[found], kind="stable")]
