"""Turning an example into a training sequence: fewer candidates, changed spelling, a forced first choice."""

import random
from dataclasses import dataclass, replace

from model_runtime.training.examples.examples import Example
from model_runtime.training.examples.prompt import SENTENCE_LABELS
from model_runtime.training.examples.questions import asked
from model_runtime.training.sequences.encoding import Encoded, Encoder

# Where the application's search puts the first sentence that answers: it finds better than BM25 alone, and gives
# its best two in the order of their passage.
PLACES = (0.58, 0.28, 0.06, 0.03, 0.02, 0.01, 0.01, 0.01)


@dataclass(frozen=True)
class Recipe:
    """Shares of the variants. `candidates` is the range of their number; `copied` the share that goes on past
    the first label; `wrong` the share of those whose first sentence is a wrong one; `again` weighs the wish for
    a second sentence after it (above 1: more second sentences). `shuffled` is the share whose candidates lose their
    order, so that matching is learnt before the rank is relied on.

    `thinned` is the share of wrong candidates that are left out, `promoted` the share of examples whose answer is
    moved to where the application's search has it, `missing` the share whose answer is taken out, to be declined,
    `hanging` the share whose question leaves its words to the context behind it, `dropped` the share of questions
    that lose a word.
    """

    candidates: tuple[int, int] = (4, 10)
    copied: float = 0.35
    wrong: float = 0.5
    again: float = 2.0
    shuffled: float = 0.0
    thinned: float = 0.0
    promoted: float = 0.0
    missing: float = 0.0
    hanging: float = 0.0
    dropped: float = 0.0


def vary(example: Example, encoder: Encoder, rng: random.Random, recipe: Recipe) -> Encoded | None:
    """A training sequence of the example, or None if the recipe's candidates cannot hold its gold."""
    example = _missing(_promoted(_thinned(example, rng, recipe), rng, recipe), rng, recipe)
    example = _spelling(asked(_fewer(example, rng, recipe), rng, recipe.hanging, recipe.dropped), rng)
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


def _thinned(example: Example, rng: random.Random, recipe: Recipe) -> Example:
    """Without some of the wrong candidates."""
    if not recipe.thinned:
        return example
    places = range(len(example.sentences))
    return _ordered(example, [i for i in places if i in example.gold or rng.random() > recipe.thinned])


def _promoted(example: Example, rng: random.Random, recipe: Recipe) -> Example:
    """The first sentence that answers where the application's search might have it."""
    if not example.gold or rng.random() >= recipe.promoted:
        return example
    order = list(range(len(example.sentences)))
    first = order.pop(example.gold[0])
    order.insert(rng.choices(range(len(PLACES)), PLACES)[0], first)
    return _ordered(example, order)


def _missing(example: Example, rng: random.Random, recipe: Recipe) -> Example:
    """`missing` of the answered questions without what answers them."""
    return emptied(example) if example.gold and rng.random() < recipe.missing else example


def emptied(example: Example) -> Example:
    """The question with all that answers it taken out, which is to be declined."""
    rest = [
        sentence
        for index, sentence in enumerate(example.sentences)
        if index not in example.gold and not any(answer in sentence for answer in example.answers)
    ]
    return replace(example, sentences=rest, gold=[], phrase="no", answers=[])


def _ordered(example: Example, order: list[int]) -> Example:
    sentences = [example.sentences[index] for index in order]
    gold = sorted(order.index(index) for index in example.gold if index in order)
    return replace(example, sentences=sentences, gold=gold)


def _fewer(example: Example, rng: random.Random, recipe: Recipe) -> Example:
    """The best few candidates only, so that a rank keeps its meaning, unless shuffled."""
    count = rng.randint(*recipe.candidates)
    if example.gold:
        count = min(max(count, example.gold[0] + 1), recipe.candidates[1])
    order = list(range(min(count, len(example.sentences))))
    if rng.random() < recipe.shuffled:
        rng.shuffle(order)
    return _ordered(example, order)


def _spelling(example: Example, rng: random.Random) -> Example:
    """Questions as people type them: lower case, no question mark."""
    question = example.question
    if example.language == "en" and rng.random() < 0.5:
        question = question.lower()
    if rng.random() < 0.35:
        question = question.rstrip(" ?？") or question
    return replace(example, question=question)
