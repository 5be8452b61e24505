"""Batches of similar length under a token budget, seeded, without an end."""

import random
from collections.abc import Iterator, Sequence

from model_runtime.training.encoding import Encoded, Encoder
from model_runtime.training.examples import Example
from model_runtime.training.losses import Batch
from model_runtime.training.variants import Recipe, vary

WINDOW = 512


def batches(
    examples: Sequence[Example], encoder: Encoder, recipe: Recipe, longest: int, tokens: int, rng: random.Random
) -> Iterator[Batch]:
    """Batches over shuffled passes through the examples; `tokens` bounds the padded size of each,
    sequences of more than `longest` tokens are left out."""
    while True:
        order = rng.sample(range(len(examples)), len(examples))
        for start in range(0, len(order), WINDOW):
            window = [vary(examples[index], encoder, rng, recipe) for index in order[start : start + WINDOW]]
            kept = [sequence for sequence in window if sequence and len(sequence.ids) <= longest]
            groups = list(_groups(kept, tokens))
            rng.shuffle(groups)
            for group in groups:
                yield Batch.of(group, encoder.pad)


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
