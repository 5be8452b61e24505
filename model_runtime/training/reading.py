"""Greedy reading under the answer grammar, batched, for the evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from model_runtime.training.examples.examples import Example
from model_runtime.training.examples.prompt import PHRASE_LABELS, SENTENCE_LABELS
from model_runtime.training.network.network import Network
from model_runtime.training.sequences.batches import Batch
from model_runtime.training.sequences.encoding import Encoded, Encoder

BATCH_TOKENS = 12_000


@dataclass(frozen=True)
class Reading:
    """What the model chose: candidate indices (at most two) or a phrase, with the probability of the choice.

    `pair` is the best sentence and what it would say with it, whether or not it chose to.
    """

    chosen: tuple[int, ...]
    phrase: str
    probability: float
    pair: tuple[int, ...] = ()


def read_all(network: Network, encoder: Encoder, examples: Sequence[Example]) -> list[Reading]:
    """Greedy readings of at most two sentences."""
    phrases = [encoder.label_ids[label] for label in PHRASE_LABELS]
    prompts = [encoder.prompt(example) for example in examples]
    places = [len(prompt.ids) - 1 for prompt in prompts]
    sentences = [encoder.sentence_ids[: len(example.sentences)] for example in examples]
    allowed = [ids + phrases for ids in sentences]
    firsts = _choose(network, encoder, prompts, places, allowed)
    begun = [index for index, example in enumerate(examples) if example.sentences]
    best = dict(zip(begun, _choose(network, encoder, *_at(begun, prompts, places, sentences)), strict=True))
    pairs: dict[int, tuple[int, ...]] = {
        index: (encoder.sentence_ids.index(token),) for index, (token, _) in best.items()
    }
    going = [index for index in begun if len(sentences[index]) > 1]
    for index in going:
        first = pairs[index][0]
        encoder.answer(prompts[index], SENTENCE_LABELS[first], examples[index].sentences[first])
        places[index] = len(prompts[index].ids) - 1
    either = [[encoder.end, encoder.newline]] * len(examples)
    stops = dict(zip(going, _choose(network, encoder, *_at(going, prompts, places, either)), strict=True))
    for index in going:
        encoder.append(prompts[index], [encoder.newline])
        places[index] += 1
        sentences[index] = [token for token in sentences[index] if token != best[index][0]]
    seconds = _choose(network, encoder, *_at(going, prompts, places, sentences))
    for index, (token, _) in zip(going, seconds, strict=True):
        pairs[index] = (*pairs[index], encoder.sentence_ids.index(token))
    readings = []
    for index, (token, probability) in enumerate(firsts):
        pair = pairs.get(index, ())
        if token in phrases:
            readings.append(Reading((), PHRASE_LABELS[phrases.index(token)][1:-1], probability, pair))
        else:
            more = index in stops and stops[index][0] == encoder.newline
            readings.append(Reading(pair if more else pair[:1], "", probability, pair))
    return readings


def _at(
    numbers: list[int], prompts: list[Encoded], places: list[int], allowed: list[list[int]]
) -> tuple[list[Encoded], list[int], list[list[int]]]:
    return [prompts[n] for n in numbers], [places[n] for n in numbers], [allowed[n] for n in numbers]


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
        embedding = network.embed_tokens.weight
        stream = network(Batch.of([sequences[index] for index in group], encoder.pad).ids.to(embedding.device))[-1]
        states = stream[range(len(group)), [places[index] for index in group]]
        logits = F.linear(states, embedding).float().cpu()
        for row, index in enumerate(group):
            options = allowed[index]
            shares = logits[row, options].softmax(dim=-1)
            best = int(shares.argmax())
            found[index] = (options[best], float(shares[best]))
    return found
