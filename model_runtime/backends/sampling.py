"""Logits to tokens. The draw is decided by a number from the engine, so it is the same in any batch."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy
import torch
from torch import Tensor

from model_runtime.backends.base import Choice, Chosen, Sampling

COLDEST = 1e-5
"""Below this temperature the likeliest token is taken: dividing by less leaves the range of float32."""
_HEAD = 512
"""Likeliest tokens looked at first when a nucleus is asked for; it rarely is wider."""


class Summary(NamedTuple):
    """What each row of logits comes down to."""

    likeliest: Tensor
    """int64 [rows]: the first of the largest. Whoever chooses may write over it."""
    totals: Tensor
    """float32 [rows]: log(sum(exp(logits))); not finite for a row with NaN or positive infinity."""


def choose(logits: Tensor, choices: Sequence[Choice], summary: Summary | None = None) -> list[Chosen]:
    """Pick one token a row. `logits` is [rows, vocabulary], float; `summary` is of them, for who has it already.

    A row that holds NaN or positive infinity gets a log-probability of NaN, and concerns no other row.
    """
    if not choices:
        return []
    logits = logits.float()
    picked, totals = summary or Summary(logits.argmax(-1), logits.logsumexp(-1))
    broken = (~totals.isfinite()).tolist()
    likeliest = picked.tolist()
    for index, choice in enumerate(choices):
        if broken[index]:
            picked[index] = 0
        elif choice.sampling.temperature >= COLDEST or _changes_odds(choice, likeliest[index]):
            picked[index] = _draw(_allowed(logits[index], choice), choice)
    logprobs = (logits.gather(1, picked[:, None])[:, 0] - totals).tolist()
    tops = [
        _top(logits[index], totals[index], 0 if broken[index] else choice.sampling.top_logprobs)
        for index, choice in enumerate(choices)
    ]
    logprobs = [math.nan if useless else logprob for useless, logprob in zip(broken, logprobs, strict=True)]
    return [Chosen(*chosen) for chosen in zip(picked.tolist(), logprobs, tops, strict=True)]


def _changes_odds(choice: Choice, likeliest: int) -> bool:
    """Whether anything but the model's own logits decides. A ban does only if it is of the likeliest token."""
    banned = likeliest in choice.banned
    return bool(choice.constraint or banned or choice.sampling.logit_bias or choice.counts or choice.prompt)


def _allowed(logits: Tensor, choice: Choice) -> Tensor:
    """The row with grammar, bans, biases and penalties applied."""
    sampling = choice.sampling
    mask = choice.constraint.mask if choice.constraint is not None else None
    if mask is not None:
        bits = numpy.unpackbits(numpy.frombuffer(mask, dtype=numpy.uint8), bitorder="little")[: len(logits)]
        logits = logits.masked_fill(~torch.from_numpy(bits.astype(bool)).to(logits.device), -torch.inf)
    elif choice.banned:
        logits = logits.clone()
        logits[list(choice.banned)] = -torch.inf
    if sampling.logit_bias:
        logits = logits.clone()
        logits[list(sampling.logit_bias)] += logits.new_tensor(list(sampling.logit_bias.values()))
    if sampling.repetition_penalty != 1 and (known := list(choice.prompt.union(choice.counts))):
        logits = logits.clone()
        kept = logits[known]  # Keskar and others (CTRL, 2019): what makes a token less likely depends on its sign
        logits[known] = torch.where(
            kept > 0, kept / sampling.repetition_penalty, kept * sampling.repetition_penalty
        )
    if choice.counts:
        logits = logits.clone()
        counts = logits.new_tensor(list(choice.counts.values()))
        penalty = sampling.presence_penalty + sampling.frequency_penalty * counts
        logits[list(choice.counts)] -= penalty
    return logits


def _draw(logits: Tensor, choice: Choice) -> Tensor:
    sampling = choice.sampling
    if sampling.temperature < COLDEST:
        return logits.argmax()
    probabilities = torch.softmax((logits - logits.max()) / sampling.temperature, dim=-1)
    if not sampling.top_k and sampling.top_p >= 1 and not sampling.min_p:
        return _at(probabilities, choice.uniform)
    values, order = _filtered(probabilities, sampling)
    return order[_at(values, choice.uniform)]


def _at(probabilities: Tensor, uniform: float) -> Tensor:
    """The index where the running sum passes `uniform` of the whole; never one of probability 0."""
    cumulative = probabilities.cumsum(0)
    index = torch.searchsorted(cumulative, uniform * cumulative[-1], right=True)
    # Rounding may leave the target at the very end: the last index with any probability stands there.
    last = torch.searchsorted(cumulative, cumulative[-1])
    # If all that a grammar allows is impossible by the model, there are no probabilities: any index is as good.
    return torch.minimum(index, last).clamp(max=len(probabilities) - 1)


def _filtered(probabilities: Tensor, sampling: Sampling) -> tuple[Tensor, Tensor]:
    """The likeliest tokens that top_k, min_p and top_p keep, best first, with their probabilities."""
    count = min(sampling.top_k or len(probabilities), len(probabilities))
    values, order = probabilities.topk(min(count, _HEAD))
    if len(values) < count and sampling.min_p * values[0] <= values[-1] and values.sum() < sampling.top_p:
        values, order = probabilities.topk(count)
    keep = values >= sampling.min_p * values[0]
    # A token stays if the likelier ones before it do not yet reach top_p; the first always stays.
    keep &= (values.cumsum(0) - values) < sampling.top_p
    keep &= values > 0
    keep[0] = True
    kept = int(keep.sum())
    return values[:kept], order[:kept]


def _top(logits: Tensor, total: Tensor, count: int) -> tuple[tuple[int, float], ...]:
    if not count:
        return ()
    values, tokens = (logits - total).topk(min(count, len(logits)))
    return tuple(zip(tokens.tolist(), values.tolist(), strict=True))
