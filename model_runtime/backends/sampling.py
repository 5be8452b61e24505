"""Logits to tokens. The draw is decided by a number from the engine, so it is the same in any batch."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy
import torch
from torch import Tensor

from model_runtime.backends.base import Choice, Chosen, Sampling
from model_runtime.backends.odds import COLDEST, NUCLEUS, changes_odds


def choose(logits: Tensor, choices: Sequence[Choice]) -> list[Chosen]:
    """Pick one token a row. `logits` is [rows, vocabulary], float.

    A row that holds NaN or positive infinity gets a log-probability of NaN, and concerns no other row.
    """
    if not choices:
        return []
    logits = logits.float()
    picked, totals = logits.argmax(-1), logits.logsumexp(-1)
    broken = (~totals.isfinite()).tolist()
    likeliest = picked.tolist()
    if any(broken):
        picked[totals.isfinite().logical_not()] = 0
    drawn = [
        index
        for index, choice in enumerate(choices)
        if not broken[index] and (choice.sampling.temperature >= COLDEST or changes_odds(choice, likeliest[index]))
    ]
    if drawn:
        wanted = [choices[index] for index in drawn]
        some = logits if len(drawn) == len(choices) else logits[drawn]
        picked[drawn] = _draw(_allowed(some, wanted), wanted)
    logprobs = (logits.gather(1, picked[:, None])[:, 0] - totals).tolist()
    tops = [
        _top(logits[index], totals[index], 0 if broken[index] else choice.sampling.top_logprobs)
        for index, choice in enumerate(choices)
    ]
    logprobs = [math.nan if useless else logprob for useless, logprob in zip(broken, logprobs, strict=True)]
    return [Chosen(*chosen) for chosen in zip(picked.tolist(), logprobs, tops, strict=True)]


def _allowed(logits: Tensor, choices: Sequence[Choice]) -> Tensor:
    """The rows with grammar, bans, biases and penalties applied."""
    if not any(changes_odds(choice) for choice in choices):
        return logits
    logits = logits.clone()
    masks = {
        row: choice.constraint.mask
        for row, choice in enumerate(choices)
        if choice.constraint is not None and choice.constraint.mask is not None
    }
    if masks:
        bits = numpy.frombuffer(b"".join(masks.values()), dtype=numpy.uint8).reshape(len(masks), -1)
        allowed = _bits(torch.tensor(bits, device=logits.device))[:, : logits.shape[1]]
        if len(masks) == len(choices):
            logits.masked_fill_(~allowed, -torch.inf)
        else:
            rows = list(masks)
            logits[rows] = logits[rows].masked_fill(~allowed, -torch.inf)
    for row, choice in enumerate(choices):
        _penalise(logits[row], choice, banned=row not in masks)
    return logits


def _bits(packed: Tensor) -> Tensor:
    """uint8 [rows, bytes] to bool [rows, 8 x bytes], lowest bit first."""
    places = torch.arange(8, dtype=torch.uint8, device=packed.device)
    return ((packed[:, :, None] >> places) & 1).flatten(1).bool()


def _penalise(logits: Tensor, choice: Choice, *, banned: bool) -> None:
    """Apply what one choice asks for to its row, in place."""
    sampling = choice.sampling
    if banned and choice.banned:
        logits[list(choice.banned)] = -torch.inf
    if sampling.logit_bias:
        logits[list(sampling.logit_bias)] += logits.new_tensor(list(sampling.logit_bias.values()))
    if sampling.repetition_penalty != 1 and (known := list(choice.prompt.union(choice.counts))):
        kept = logits[known]  # Keskar and others (CTRL, 2019): what makes a token less likely depends on its sign
        logits[known] = torch.where(
            kept > 0, kept / sampling.repetition_penalty, kept * sampling.repetition_penalty
        )
    if choice.counts:
        counts = logits.new_tensor(list(choice.counts.values()))
        penalty = sampling.presence_penalty + sampling.frequency_penalty * counts
        logits[list(choice.counts)] -= penalty


def _draw(logits: Tensor, choices: Sequence[Choice]) -> Tensor:
    """A token of each row, int64 [rows]."""
    kinds = [_kind(choice.sampling) for choice in choices]
    if len(set(kinds)) == 1:
        return _draw_alike(logits, choices, kinds[0])
    picked = torch.empty(len(choices), dtype=torch.long, device=logits.device)
    for kind in set(kinds):
        rows = [row for row, other in enumerate(kinds) if other == kind]
        picked[rows] = _draw_alike(logits[rows], [choices[row] for row in rows], kind)
    return picked


def _draw_alike(logits: Tensor, choices: Sequence[Choice], kind: str) -> Tensor:
    if kind == "likeliest":
        return logits.argmax(-1)
    temperatures = logits.new_tensor([choice.sampling.temperature for choice in choices])[:, None]
    probabilities = torch.softmax((logits - logits.amax(-1, keepdim=True)) / temperatures, dim=-1)
    uniforms = logits.new_tensor([choice.uniform for choice in choices])[:, None]
    if kind == "any":
        return _at(probabilities, uniforms)[:, 0]
    values, order = _filtered(probabilities, [choice.sampling for choice in choices])
    return order.gather(1, _at(values, uniforms))[:, 0]


def _kind(sampling: Sampling) -> Literal["likeliest", "any", "filtered"]:
    """What may be drawn: the likeliest token only, any, or those that filters leave."""
    if sampling.temperature < COLDEST:
        return "likeliest"
    return "filtered" if sampling.top_k or sampling.top_p < 1 or sampling.min_p else "any"


def _at(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """The index, [rows, 1], where a row's running sum passes its share of the whole; never one of probability 0."""
    cumulative = probabilities.cumsum(1)
    whole = cumulative[:, -1:].contiguous()
    index = torch.searchsorted(cumulative, uniforms * whole, right=True)
    # Rounding may leave the target at the very end: the last index with any probability stands there.
    last = torch.searchsorted(cumulative, whole)
    # If all that a grammar allows is impossible by the model, there are no probabilities: any index is as good.
    return torch.minimum(index, last).clamp(max=probabilities.shape[1] - 1)


def _filtered(probabilities: Tensor, samplings: Sequence[Sampling]) -> tuple[Tensor, Tensor]:
    """The likeliest tokens of each row, best first, and their probabilities: 0 where top_k, min_p or top_p leave
    a token out."""
    width = probabilities.shape[1]
    counts = [min(sampling.top_k or width, width) for sampling in samplings]
    column = probabilities.new_tensor
    most, least = (column([getattr(one, name) for one in samplings])[:, None] for name in ("top_p", "min_p"))
    count = column(counts)[:, None]
    head = min(max(counts), NUCLEUS)
    values, order = probabilities.topk(head)
    if max(counts) > head:
        wider = (count > head) & (least * values[:, :1] <= values[:, -1:]) & (values.sum(1, keepdim=True) < most)
        if bool(wider.any()):
            values, order = probabilities.topk(max(counts))
    keep = torch.arange(values.shape[1], device=values.device) < count
    keep &= values >= least * values[:, :1]
    # A token stays if the likelier ones before it do not yet reach top_p; the first always stays.
    keep &= (values.cumsum(1) - values) < most
    keep &= values > 0
    keep[:, 0] = True
    return values.where(keep, 0), order


def _top(logits: Tensor, total: Tensor, count: int) -> tuple[tuple[int, float], ...]:
    if not count:
        return ()
    values, tokens = (logits - total).topk(min(count, len(logits)))
    return tuple(zip(tokens.tolist(), values.tolist(), strict=True))
