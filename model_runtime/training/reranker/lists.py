"""From a question to a list of candidates as token ids: one that answers, and others that do not."""

import random
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from model_runtime.training.reranker.data import Pool

CANDIDATES = 5
NEAR = 4  # as many sentences before and after, in the same passage or next to it, count as near
LONGEST = 80  # tokens

Pairs = list[tuple[str, str]]
Sequences = list[dict[str, list[int]]]


def candidates(pool: Pool, asked: int, hard: Sequence[int], rng: random.Random) -> Pairs:
    """`CANDIDATES` pairs (question, sentence), the one that answers first; half of the others stand near it."""
    question, gold = pool.asked[asked]
    right = rng.choice(sorted(gold))
    near = [n for n in range(right - NEAR, right + NEAR + 1) if 0 <= n < len(pool.sentences) and n not in gold]
    rng.shuffle(near)
    chosen = near[: (CANDIDATES - 1) // 2]
    # Those that a search ranks high come more often.
    ranked = sorted(
        ((rng.random() * (4 + place), number) for place, number in enumerate(hard) if number not in chosen)
    )
    chosen += [number for _, number in ranked[: CANDIDATES - 1 - len(chosen)]]
    return [(question, pool.sentences[number]) for number in [right, *chosen]]


def encode(pairs: Pairs, tokenizer: PreTrainedTokenizerFast) -> Sequences:
    """Token ids and segments of each pair, the sentence cut so that `LONGEST` is kept."""
    fed = tokenizer(
        [question for question, _ in pairs],
        [text for _, text in pairs],
        truncation="only_second",
        max_length=LONGEST,
        padding=False,
        return_token_type_ids=True,
    )
    return [
        {"input_ids": ids, "token_type_ids": kinds}
        for ids, kinds in zip(fed["input_ids"], fed["token_type_ids"], strict=True)
    ]


def padded(sequences: Sequences) -> dict[str, Tensor]:
    """One batch, padded on the right."""
    longest = max(len(one["input_ids"]) for one in sequences)
    fed = {
        key: torch.tensor([one[key] + [0] * (longest - len(one[key])) for one in sequences])
        for key in ("input_ids", "token_type_ids")
    }
    lengths = torch.tensor([len(one["input_ids"]) for one in sequences])
    return {**fed, "attention_mask": (torch.arange(longest) < lengths[:, None]).long()}
