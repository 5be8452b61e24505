"""Logits to tokens. The draw is decided by a number from the engine, so it is the same in any batch."""

from collections.abc import Sequence

import numpy
import torch

from model_runtime.backends.base import Choice, Chosen, Sampling


def choose(logits: torch.Tensor, choices: Sequence[Choice]) -> list[Chosen]:
    """Pick one token a row. `logits` is [rows, vocabulary], float."""
    logits = logits.float()
    logprobs = torch.log_softmax(logits, dim=-1)
    rows = [_allowed(row, choice) for row, choice in zip(logits, choices, strict=True)]
    picked = torch.stack([_draw(row, choice) for row, choice in zip(rows, choices, strict=True)])
    chosen = logprobs.gather(1, picked[:, None])[:, 0].tolist()
    return [
        Chosen(token, logprob, _top(logprobs[index], choices[index].sampling.top_logprobs))
        for index, (token, logprob) in enumerate(zip(picked.tolist(), chosen, strict=True))
    ]


def _allowed(logits: torch.Tensor, choice: Choice) -> torch.Tensor:
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
    if choice.counts:
        logits = logits.clone()
        counts = logits.new_tensor(list(choice.counts.values()))
        penalty = sampling.presence_penalty + sampling.frequency_penalty * counts
        logits[list(choice.counts)] -= penalty
    return logits


def _draw(logits: torch.Tensor, choice: Choice) -> torch.Tensor:
    sampling = choice.sampling
    if sampling.temperature <= 0:
        return logits.argmax()
    probabilities, order = _filtered(torch.softmax(logits / sampling.temperature, dim=-1), sampling)
    cumulative = probabilities.cumsum(0)
    target = choice.uniform * cumulative[-1]
    return order[torch.searchsorted(cumulative, target, right=True).clamp(max=len(order) - 1)]


def _filtered(probabilities: torch.Tensor, sampling: Sampling) -> tuple[torch.Tensor, torch.Tensor]:
    """The likeliest tokens that top_k, min_p and top_p keep, best first, with their probabilities."""
    count = min(sampling.top_k or len(probabilities), len(probabilities))
    values, order = probabilities.topk(count)
    keep = values >= sampling.min_p * values[0]
    # A token stays if the likelier ones before it do not yet reach top_p; the first always stays.
    keep &= (values.cumsum(0) - values) < sampling.top_p
    keep &= values > 0
    keep[0] = True
    kept = int(keep.sum())
    return values[:kept], order[:kept]


def _top(logprobs: torch.Tensor, count: int) -> tuple[tuple[int, float], ...]:
    if not count:
        return ()
    values, tokens = logprobs.topk(min(count, len(logprobs)))
    return tuple(zip(tokens.tolist(), values.tolist(), strict=True))
