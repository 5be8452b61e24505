"""Texts to ask with, from the demo's documents. Every round has its own, so that none is in anybody's cache."""

import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tools.product import ROOT

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def documents(language: str) -> list[Path]:
    return sorted((ROOT / "demo").glob(f"*/{language}/*.md"))


@cache
def paragraphs(language: str = "en") -> tuple[str, ...]:
    """The paragraphs of prose in the demo's documents, headings and front matter left out."""
    found: list[str] = []
    for path in documents(language):
        body = path.read_text().split("---", 2)[-1]
        blocks = (" ".join(block.split()) for block in body.split("\n\n"))
        found += [block for block in blocks if block and block[0] not in "#|-*>" and len(block) > 60]
    return tuple(dict.fromkeys(found))


def sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE.split(text) if part.strip()]


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted(set(re.findall(r"\b[a-z]{3,9}\b", " ".join(paragraphs())))))


def random_words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choices(_words(), k=count))


def passages(rng: random.Random, characters: int) -> list[str]:
    """Paragraphs in random order, about `characters` of text together."""
    chosen: list[str] = []
    for paragraph in rng.sample(paragraphs(), len(paragraphs())):
        if sum(map(len, chosen)) >= characters:
            break
        chosen.append(paragraph)
    return chosen


def long_sentences(texts: Sequence[str], words: int) -> list[str]:
    """The sentences of at least `words` words."""
    return [one for text in texts for one in sentences(text) if len(one.split()) >= words]
