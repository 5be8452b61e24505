"""Greedy reading under the answer grammar, batched, for the evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from model_runtime.training.encoding import Encoded, Encoder
from model_runtime.training.examples import Example
from model_runtime.training.losses import Batch
from model_runtime.training.network import Network
from model_runtime.training.prompt import PHRASE_LABELS, SENTENCE_LABELS

BATCH_TOKENS = 12_000


@dataclass(frozen=True)
class Reading:
    """What the model chose: candidate indices (at most two) or a phrase, with the probability of the choice."""

    chosen: tuple[int, ...]
    phrase: str
    probability: float


def read_all(network: Network, encoder: Encoder, examples: Sequence[Example]) -> list[Reading]:
    """Greedy readings of at most two sentences."""
    phrases = [encoder.label_ids[label] for label in PHRASE_LABELS]
    prompts = [encoder.prompt(example) for example in examples]
    allowed = [encoder.sentence_ids[: len(example.sentences)] + phrases for example in examples]
    firsts = _choose(network, encoder, prompts, [len(p.ids) - 1 for p in prompts], allowed)
    readings: list[Reading] = []
    going: list[int] = []
    for index, (token, probability) in enumerate(firsts):
        if token in phrases:
            readings.append(Reading((), PHRASE_LABELS[phrases.index(token)][1:-1], probability))
            continue
        chosen = encoder.sentence_ids.index(token)
        readings.append(Reading((chosen,), "", probability))
        encoder.answer(prompts[index], SENTENCE_LABELS[chosen], examples[index].sentences[chosen])
        if len(examples[index].sentences) > 1:
            going.append(index)
    ends = [len(prompts[index].ids) - 1 for index in going]
    stops = _choose(
        network, encoder, [prompts[i] for i in going], ends, [[encoder.end, encoder.newline]] * len(going)
    )
    going = [index for index, (token, _) in zip(going, stops, strict=True) if token == encoder.newline]
    for index in going:
        encoder.append(prompts[index], [encoder.newline])
    rest = [
        [t for i, t in enumerate(encoder.sentence_ids[: len(examples[n].sentences)]) if i not in readings[n].chosen]
        for n in going
    ]
    ends = [len(prompts[index].ids) - 1 for index in going]
    seconds = _choose(network, encoder, [prompts[i] for i in going], ends, rest)
    for index, (token, _) in zip(going, seconds, strict=True):
        first = readings[index]
        chosen_two = (*first.chosen, encoder.sentence_ids.index(token))
        readings[index] = Reading(chosen_two, "", first.probability)
    return readings


@torch.no_grad()
def _choose(
    network: Network,
    encoder: Encoder,
    sequences: list[Encoded],
    places: list[int],
    allowed: list[list[int]],
) -> list[tuple[int, float]]:
    """The best allowed token after each place, with its probability among the allowed."""
    found: list[tuple[int, float]] = [(0, 0.0)] * len(sequences)
    order = sorted(range(len(sequences)), key=lambda index: len(sequences[index].ids))
    while order:
        size = max(1, BATCH_TOKENS // len(sequences[order[min(len(order), 64) - 1]].ids))
        group, order = order[: min(size, 64)], order[min(size, 64) :]
        stream = network(Batch.of([sequences[index] for index in group], encoder.pad).ids)[-1]
        at = torch.tensor([places[index] for index in group])
        logits = F.linear(stream[torch.arange(len(group)), at], network.embed_tokens.weight).float()
        for row, index in enumerate(group):
            options = allowed[index]
            shares = logits[row, options].softmax(dim=-1)
            best = int(shares.argmax())
            found[index] = (options[best], float(shares[best]))
    return found
