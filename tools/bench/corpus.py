"""Made-up passages in the demo's words, English and Chinese, as many as wanted and the same every time.

Words come as often as they do in the demo, whose counts fall as natural ones do; each document keeps to a topic of
some thirty words, and one word in twelve is an invented name, of which there are many, as in real catalogues.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

PASSAGES_A_DOCUMENT = 10
NAMES = 20_000
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Made:
    """A passage to be; `sentences` in order."""

    document: int
    position: int
    title: str
    heading: str
    sentences: list[list[str]]
    language: str

    @property
    def texts(self) -> list[str]:
        return [joined(words, self.language) for words in self.sentences]


@dataclass
class Speaker:
    """Draws words of one language."""

    language: str
    words: list[str]
    sums: list[int]
    names: list[str]
    rng: random.Random = field(repr=False)

    def topic(self) -> list[str]:
        return self._drawn(24) + self.rng.sample(self.names, 6)

    def sentence(self, topic: list[str]) -> list[str]:
        count = self.rng.randint(*((14, 30) if self.language == "zh" else (9, 20)))
        kinds = self.rng.choices("twn#", (25, 65, 7, 3), k=count)
        drawn = {"t": lambda: self.rng.choice(topic), "w": lambda: self._drawn(1)[0]}
        drawn |= {"n": lambda: self.rng.choice(self.names), "#": lambda: str(self.rng.randint(2, 2000))}
        return [drawn[kind]() for kind in kinds]

    def _drawn(self, count: int) -> list[str]:
        return self.rng.choices(self.words, cum_weights=self.sums, k=count)


def joined(words: list[str], language: str) -> str:
    return "".join(words) + "。" if language == "zh" else " ".join(words).capitalize() + "."


def speaker(language: str, demo: Path, seed: int = 7) -> Speaker:
    rng = random.Random(seed)
    text = "\n".join(path.read_text() for path in sorted(demo.rglob(f"{language}/**/*.md")))
    counts = Counter(_chunks(text, rng) if language == "zh" else map(str.lower, _WORD.findall(text)))
    words = [word for word, _ in counts.most_common()]
    if language == "zh":
        letters = sorted({letter for word in words for letter in word})
        names = ["".join(rng.choices(letters, k=rng.choice((2, 2, 3)))) for _ in range(NAMES)]
    else:
        names = [rng.choice(words)[:4] + rng.choice(words)[-4:] for _ in range(NAMES)]
    return Speaker(language, words, list(accumulate(counts[word] for word in words)), names, rng)


def _chunks(text: str, rng: random.Random) -> Iterator[str]:
    """Two characters at a time, as most Chinese words have; now and then one or three."""
    for run in _HAN.findall(text):
        start = 0
        while start < len(run):
            length = rng.choice((1, 2, 2, 2, 3))
            yield run[start : start + length]
            start += length


def made_passages(count: int, demo: Path) -> Iterator[Made]:
    """English and Chinese documents in turn."""
    speakers = [speaker("en", demo), speaker("zh", demo)]
    for document in range(count // PASSAGES_A_DOCUMENT):
        one = speakers[document % 2]
        topic = one.topic()
        title = joined(topic[:4], one.language)[:-1]
        for position in range(PASSAGES_A_DOCUMENT):
            sentences = [one.sentence(topic) for _ in range(one.rng.randint(4, 9))]
            heading = joined(one.rng.sample(topic, 3), one.language)[:-1]
            yield Made(document, position, title, heading, sentences, one.language)
