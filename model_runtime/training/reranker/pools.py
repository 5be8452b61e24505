"""What the reranker learns from: pools of sentences with questions, as one file that training reads anywhere."""

import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model_runtime.training.examples import examples

Asked = tuple[str, list[int]]
"""A question, and the numbers of the sentences that answer it."""


@dataclass
class Pool:
    """Sentences in passage order, searched together. `passage[i]` is the passage of sentence i, `places[i]` what
    stands above it (a title or heading, empty where there is none).

    Of a pool of `groups` the sentences of a passage say the same; else they stand near one another.
    """

    name: str
    sentences: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    passage: list[int] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    groups: bool = False

    def add(self, sentences: Iterable[str], place: str = "") -> list[int]:
        """A further passage; the numbers of its sentences."""
        first, number = len(self.sentences), self.passage[-1] + 1 if self.passage else 0
        self.sentences.extend(sentences)
        added = list(range(first, len(self.sentences)))
        self.places.extend([place] * len(added))
        self.passage.extend([number] * len(added))
        return added

    def shown(self, number: int) -> str:
        """Sentence `number` as the search gives it to the reranker."""
        place = self.places[number]
        return f"{place}: {self.sentences[number]}" if place else self.sentences[number]


def flat(pool: examples.Pool, step: int = 1) -> Pool:
    """Every `step`th passage with its questions, the sentences numbered through."""
    made = Pool(pool.name)
    first: dict[int, int] = {}
    for number in range(0, len(pool.passages), step):
        first[number] = len(made.sentences)
        made.add(pool.passages[number], pool.titles[number] if pool.titles else "")
    for one in pool.questions:
        if one.passage in first:
            made.asked.append((one.text, sorted(first[one.passage] + place for place in one.gold)))
    return made


def pools_write(path: Path, pools: Iterable[Pool]) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        for pool in pools:
            file.write(json.dumps(asdict(pool), ensure_ascii=False, separators=(",", ":")) + "\n")


def pools_read(path: Path) -> Iterator[Pool]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            pool = Pool(**json.loads(line))
            pool.asked = [(question, gold) for question, gold in pool.asked]
            yield pool


def thinned(pools: Mapping[str, int], share: Mapping[str, float]) -> dict[str, float]:
    """How often a question of each pool (name -> its questions) is drawn, by its name's first part but "zh"."""
    return {name: share.get(name.removeprefix("zh-").split("-")[0], 1.0) * count for name, count in pools.items()}
