"""Moves the threshold between declining and answering, without a new parameter.

The output row of `[no]` gets a multiple of the direction on which every decision state projects to about one, so
that its logit changes by about a constant. The row is the embedding of `[no]` too, which no prompt contains.
"""

import copy
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from model_runtime.training.examples.examples import Example, read_examples
from model_runtime.training.network.network import Network
from model_runtime.training.sequences.batches import Batch
from model_runtime.training.sequences.encoding import Encoder

WRONG_DECLINES = 0.03
LARGEST = 3.0
BATCH = 16


def calibrate(network: Network, encoder: Encoder, dataset: Path, *, limit: int) -> Network:
    """A copy of the network that declines about 3 % of answerable training questions (of each language at
    most), measured on `limit` of them a language."""
    shifts, states = [], []
    for language in ("en", "zh"):
        examples = _answerable(dataset, language, limit)
        state = _states(network, encoder, examples)
        margins = _margins(state, network.embed_tokens.weight, encoder, examples)
        shifts.append(float(margins.quantile(WRONG_DECLINES)))
        states.append(state)
    direction = _unit_direction(torch.cat(states))
    shift = max(-LARGEST, min(LARGEST, *shifts))
    changed = copy.deepcopy(network)
    row = encoder.label_ids["[no]"]
    with torch.no_grad():
        weight = changed.embed_tokens.weight
        weight[row] += (shift * direction).to(weight.dtype)
    return changed


def _answerable(dataset: Path, language: str, limit: int) -> list[Example]:
    """Some answerable training questions, made-up ones aside, the shortest prompts first."""
    found: list[Example] = []
    for example in read_examples(dataset / "train.jsonl"):
        if example.gold and example.language == language and not example.kind.startswith("cloze"):
            found.append(example)
            if len(found) == limit:
                break
    return sorted(found, key=lambda example: sum(map(len, example.sentences)))


@torch.no_grad()
def _states(network: Network, encoder: Encoder, examples: Sequence[Example]) -> Tensor:
    """The last hidden state of every prompt."""
    prompts = [encoder.prompt(example) for example in examples]
    rows = []
    for start in range(0, len(prompts), BATCH):
        group = prompts[start : start + BATCH]
        stream = network(Batch.of(group, encoder.pad).ids)[-1]
        rows.append(stream[torch.arange(len(group)), [len(prompt.ids) - 1 for prompt in group]].float())
    return torch.cat(rows)


def _margins(states: Tensor, embedding: Tensor, encoder: Encoder, examples: Sequence[Example]) -> Tensor:
    """By how much the best sentence's logit is above that of `[no]`."""
    logits = F.linear(states, embedding.float())
    best = [
        row[encoder.sentence_ids[: len(example.sentences)]].max()
        for row, example in zip(logits, examples, strict=True)
    ]
    return torch.stack(best).detach() - logits[:, encoder.label_ids["[no]"]].detach()


def _unit_direction(states: Tensor) -> Tensor:
    """Ridge solution of states @ direction = 1."""
    square = states.T @ states + 1.0 * len(states) * torch.eye(states.shape[1])
    return torch.linalg.solve(square, states.sum(dim=0))
