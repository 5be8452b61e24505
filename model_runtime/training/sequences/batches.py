"""Batches of similar length under a token budget, seeded, without an end."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from model_runtime.training.examples.examples import Example
from model_runtime.training.sequences.encoding import Encoded, Encoder
from model_runtime.training.sequences.variants import Recipe, vary

WINDOW = 512
MULTIPLE = 8  # of which lengths are: fewer different shapes are faster


@dataclass(frozen=True)
class Batch:
    """Right-padded sequences, and what is judged of them; `n` decisions in `rows` sequences of `length` tokens.

    `ids`, `overlap` and `span` are [rows, length] (-1 in the flags: not judged). `places` [n] are flat
    (row * length + position), `targets` [m, 2] are (number of the decision, a right token), `weights` [n].
    `labels` [rows, candidates] are the flat places of the labels (-1: none), `gold` [rows, 1 + candidates] what
    answers (first: nothing does), `importance` [rows].
    """

    ids: Tensor
    overlap: Tensor
    span: Tensor
    places: Tensor
    targets: Tensor
    weights: Tensor
    labels: Tensor
    gold: Tensor
    importance: Tensor

    @classmethod
    def of(cls, sequences: Sequence[Encoded], pad: int) -> "Batch":
        """Pad the sequences to the longest."""
        length = -(-max(len(sequence.ids) for sequence in sequences) // MULTIPLE) * MULTIPLE
        most = max(len(sequence.labels) for sequence in sequences)
        decisions = [
            (row * length + place, targets, weight)
            for row, sequence in enumerate(sequences)
            for place, targets, weight in sequence.decisions
        ]
        gold = torch.zeros(len(sequences), 1 + most, dtype=torch.bool)
        for row, sequence in enumerate(sequences):
            gold[row, [index + 1 for index in sequence.gold] or [0]] = True
        pairs = [(number, target) for number, (_, targets, _) in enumerate(decisions) for target in targets]
        labels = [[row * length + place for place in s.labels] for row, s in enumerate(sequences)]
        return cls(
            ids=_padded([s.ids for s in sequences], length, pad),
            overlap=_padded([s.overlap for s in sequences], length, -1).to(torch.int8),
            span=_padded([s.span for s in sequences], length, -1).to(torch.int8),
            places=torch.tensor([place for place, _, _ in decisions], dtype=torch.long),
            targets=torch.tensor(pairs, dtype=torch.long).reshape(-1, 2),
            weights=torch.tensor([weight for _, _, weight in decisions]),
            labels=_padded(labels, most, -1),
            gold=gold,
            importance=torch.tensor([sequence.weight for sequence in sequences]),
        )

    def tensors(self) -> list[Tensor]:
        """All of them, in the order of the fields."""
        return [getattr(self, field.name) for field in fields(self)]

    def to(self, device: torch.device) -> "Batch":
        """The same on a device."""
        return Batch(*(tensor.to(device, non_blocking=True) for tensor in self.tensors()))


def batches(
    examples: Sequence[Example], encoder: Encoder, recipe: Recipe, longest: int, tokens: int, rng: random.Random
) -> Iterator[Batch]:
    """Batches over shuffled passes through the examples; `tokens` bounds the padded size of each,
    sequences of more than `longest` tokens are left out."""
    while True:
        order = rng.sample(range(len(examples)), len(examples))
        size = max(WINDOW, tokens // 16)
        for start in range(0, len(order), size):
            window = [vary(examples[index], encoder, rng, recipe) for index in order[start : start + size]]
            kept = [sequence for sequence in window if sequence and len(sequence.ids) <= longest]
            groups = list(_groups(kept, tokens))
            rng.shuffle(groups)
            for group in groups:
                yield Batch.of(group, encoder.pad)


def _padded(rows: list[list[int]], length: int, filler: int) -> Tensor:
    return torch.tensor([row + [filler] * (length - len(row)) for row in rows], dtype=torch.long)


def _groups(sequences: list[Encoded], tokens: int) -> Iterator[list[Encoded]]:
    """Runs of sequences sorted by length whose padded size stays within the budget."""
    group: list[Encoded] = []
    for sequence in sorted(sequences, key=lambda one: len(one.ids)):
        if group and len(sequence.ids) * (len(group) + 1) > tokens:
            yield group
            group = []
        group.append(sequence)
    if group:
        yield group
