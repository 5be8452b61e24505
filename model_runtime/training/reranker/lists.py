"""From a question to a list of candidates: one that answers, or none, and others that do not."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from model_runtime.training.network.encoder import Ids
from model_runtime.training.reranker.tokens import Pair, TokenPool

NEAR = 4  # as many sentences before and after, in the same passage or next to it, count as near
NEAREST = 4  # of them in a list at most
AT_RANDOM = 2  # of the whole pool


@dataclass(frozen=True)
class Recipe:
    """Size and variety of lists. `missing` is the share of those without their answer, `altered` of those whose
    question asks about something else than the sentence that answered it; `unplaced` lose what stands above the
    sentences; `dropped` is the chance of a question's token to be left out.
    """

    candidates: int = 16
    missing: float = 0.12
    altered: float = 0.12
    unplaced: float = 0.15
    dropped: float = 0.05


def candidates(
    pool: TokenPool, asked: int, hard: Sequence[int], rng: random.Random, recipe: Recipe
) -> tuple[list[Pair], int]:
    """Pairs (question, sentence), and which of them answers, or -1."""
    question, gold = pool.asked[asked]
    right = rng.choice(gold)
    wrong = _wrong(pool, right, set(gold), hard, rng, recipe.candidates)
    answers, chance = 0, rng.random()
    if chance < recipe.missing:
        answers = -1
    elif chance < recipe.missing + recipe.altered and (other := altered(question, pool, right, rng)):
        question, answers, wrong = other, -1, [right, *wrong[:-1]]
    numbers = wrong if answers < 0 else [right, *wrong[:-1]]
    placed = rng.random() >= recipe.unplaced
    question = [one for one in question if rng.random() >= recipe.dropped] or question
    return [(question, pool.shown(number, placed=placed)) for number in numbers], answers


def _wrong(
    pool: TokenPool, right: int, gold: set[int], hard: Sequence[int], rng: random.Random, count: int
) -> list[int]:
    own = pool.passage[right]

    def usable(number: int) -> bool:
        return (
            0 <= number < len(pool.sentences)
            and number not in gold
            and not (pool.groups and pool.passage[number] == own)
        )

    near = [] if pool.groups else [n for n in range(right - NEAR, right + NEAR + 1) if usable(n)]
    chosen = rng.sample(near, min(NEAREST, len(near)))
    # Those that a search ranks high come more often.
    ranked = sorted((rng.random() * (4 + place), number) for place, number in enumerate(hard) if usable(number))
    most = count - AT_RANDOM
    chosen += [number for _, number in ranked if number not in chosen][: most - len(chosen)]
    while len(chosen) < count:
        number = rng.randrange(len(pool.sentences))
        if usable(number):
            chosen.append(number)
    return chosen


def altered(question: Ids, pool: TokenPool, right: int, rng: random.Random) -> Ids | None:
    """The question with a word that its answer holds exchanged for one of another question that it does not hold:
    what is asked now stands near the sentence, but not in it. None where that cannot be done.
    """
    if pool.groups:
        return None
    held = set(pool.shown(right))
    shared = [place for place, one in enumerate(question) if one in held and one in pool.telling]
    other = pool.asked[rng.randrange(len(pool.asked))][0]
    new = [one for one in other if one not in held and one not in question and one in pool.telling]
    if not shared or not new:
        return None
    place = rng.choice(shared)
    return [*question[:place], rng.choice(new), *question[place + 1 :]]
