"""Turning an example into a training sequence: fewer candidates, changed spelling, a forced first choice."""

import random
from dataclasses import dataclass, replace

from model_runtime.training.encoding import Encoded, Encoder
from model_runtime.training.examples import Example
from model_runtime.training.prompt import SENTENCE_LABELS


@dataclass(frozen=True)
class Recipe:
    """Shares of the variants. `candidates` is the range of their number; `copied` the share that goes on past
    the first label; `wrong` the share of those whose first sentence is a wrong one; `again` weighs the wish for
    a second sentence after it (above 1: more second sentences). `shuffled` is the share whose candidates lose their
    order, so that matching is learnt before the rank is relied on."""

    candidates: tuple[int, int] = (4, 10)
    copied: float = 0.35
    wrong: float = 0.5
    again: float = 2.0
    shuffled: float = 0.0


def vary(example: Example, encoder: Encoder, rng: random.Random, recipe: Recipe) -> Encoded | None:
    """A training sequence of the example, or None if the recipe's candidates cannot hold its gold."""
    example = _spelling(_fewer(example, rng, recipe), rng)
    if not example.phrase and not example.gold:
        return None
    encoded = encoder.prompt(example)
    last = len(encoded.ids) - 1
    if example.phrase:
        encoded.decisions.append((last, [encoder.label_ids[f"[{example.phrase}]"]], example.weight))
        return encoded
    right = [encoder.sentence_ids[index] for index in example.gold]
    encoded.decisions.append((last, right, example.weight))
    if rng.random() < recipe.copied:
        _go_on(encoded, example, encoder, rng, recipe)
    return encoded


def _go_on(encoded: Encoded, example: Example, encoder: Encoder, rng: random.Random, recipe: Recipe) -> None:
    """A first sentence, right or wrong, and what should follow it."""
    wrong = [index for index in range(len(example.sentences)) if index not in example.gold]
    forced = bool(wrong) and rng.random() < recipe.wrong
    first = rng.choices(wrong, [1 / (index + 1) for index in wrong])[0] if forced else rng.choice(example.gold)
    encoder.answer(encoded, SENTENCE_LABELS[first], example.sentences[first])
    place = len(encoded.ids) - 1
    if not forced:
        encoded.decisions.append((place, [encoder.end], example.weight))
        return
    encoded.decisions.append((place, [encoder.newline], example.weight * recipe.again))
    encoder.append(encoded, [encoder.newline])
    right = [encoder.sentence_ids[index] for index in example.gold]
    encoded.decisions.append((place + 1, right, example.weight))


def _fewer(example: Example, rng: random.Random, recipe: Recipe) -> Example:
    """The best few candidates only, so that a rank keeps its meaning, unless shuffled."""
    count = rng.randint(*recipe.candidates)
    if example.gold:
        count = min(max(count, example.gold[0] + 1), recipe.candidates[1])
    gold = [index for index in example.gold if index < count]
    order = list(range(min(count, len(example.sentences))))
    if rng.random() < recipe.shuffled:
        rng.shuffle(order)
    sentences = [example.sentences[index] for index in order]
    return replace(example, sentences=sentences, gold=[order.index(index) for index in gold])


def _spelling(example: Example, rng: random.Random) -> Example:
    """Questions as people type them: lower case, no question mark."""
    question = example.question
    if example.language == "en" and rng.random() < 0.5:
        question = question.lower()
    if rng.random() < 0.35:
        question = question.rstrip(" ?？") or question
    return replace(example, question=question)
