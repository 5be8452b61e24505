"""Batches of whole help pages, whose sections are hard to tell apart, with some questions to sentences."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from model_runtime.training.embedder.corpus import Reading, TokenPage, TokenSection
from model_runtime.training.embedder.untrained import Untrained
from model_runtime.training.network.encoder import Ids

PAGES, READ = 6, 10  # pages, and questions to sentences, of a batch
ASKED, NEAR = 13, 1  # questions of a page, and others that it does not answer
LARGE, KEPT, OTHERS = 12, 8, 6  # of more sections, so many that are asked for and others are taken
SENTENCES = 2  # of a section
TITLED = 0.6  # of the batches: headings stand behind their page's title, as they do in the application


@dataclass(frozen=True)
class Drawn:
    """A section: what stands above it, and some of its sentences."""

    place: Ids
    sentences: list[Ids]


@dataclass(frozen=True)
class Batch:
    """`questions` are answered by the sections of `answers`; then come those that no section answers, as many as
    there are left, and at last those of `read`: each is answered by a sentence of it, which is followed by one that
    does not answer. `before` are the questions' vectors before training.
    """

    questions: list[Ids]
    before: Tensor
    answers: Tensor
    sections: list[Drawn]
    read: list[Ids]


def batches(pages: Sequence[TokenPage], known: Reading, start: Untrained, seed: int) -> Iterator[Batch]:
    """Without end; a page is in a batch once, for it would be its own wrong answer."""
    rng = random.Random(seed)
    waiting: list[int] = []
    while True:
        if len(waiting) < PAGES:
            waiting = rng.sample(range(len(pages)), len(pages))
        yield _batch([waiting.pop() for _ in range(min(PAGES, len(waiting)))], pages, known, start, rng)


def _batch(
    numbers: list[int], pages: Sequence[TokenPage], known: Reading, start: Untrained, rng: random.Random
) -> Batch:
    questions: list[tuple[Ids, Tensor]] = []
    near: list[tuple[Ids, Tensor]] = []
    answers: list[int] = []
    sections: list[Drawn] = []
    titled = rng.random() < TITLED
    for number in numbers:
        page, first = pages[number], len(sections)
        chosen = _sections(page, rng)
        sections += [_drawn(page.sections[one], rng, titled=titled) for one in chosen]
        asked = [one for one, (_, section) in enumerate(page.asked) if section in chosen]
        for one in rng.sample(asked, min(ASKED, len(asked))):
            ids, section = page.asked[one]
            questions.append((ids, start.asked[number][one]))
            answers.append(first + chosen.index(section))
        for one in rng.sample(range(len(page.near)), min(NEAR, len(page.near))):
            near.append((page.near[one], start.near[number][one]))
    read = rng.sample(range(len(known.asked)), min(READ, len(known.asked)))
    whole = [*questions, *near, *((known.asked[one][0], start.read[one]) for one in read)]
    return Batch(
        questions=[ids for ids, _ in whole],
        before=torch.stack([vector for _, vector in whole]),
        answers=torch.tensor(answers, dtype=torch.long),
        sections=sections,
        read=[known.sentences[n] for one in read for n in (known.asked[one][1], start.hard[one])],
    )


def _sections(page: TokenPage, rng: random.Random) -> list[int]:
    everything = range(len(page.sections))
    if len(everything) <= LARGE:
        return list(everything)
    wanted = sorted({section for _, section in page.asked})
    return sorted({*rng.sample(wanted, min(KEPT, len(wanted))), *rng.sample(everything, OTHERS)})


def _drawn(section: TokenSection, rng: random.Random, *, titled: bool) -> Drawn:
    some = rng.sample(section.sentences, min(SENTENCES, len(section.sentences)))
    return Drawn(section.titled if titled else section.heading, some)
