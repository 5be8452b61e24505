"""The two shapes of training data: pools of passages with questions, and rendered examples."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model_runtime.training.examples.prompt import Language


@dataclass(frozen=True)
class Question:
    """A question whose answer stands in some sentences of one passage of its pool."""

    text: str
    passage: int
    gold: frozenset[int]
    answers: tuple[str, ...] = ()


@dataclass
class Pool:
    """Passages (lists of sentences) searched as one knowledge base, and questions about them. `titles` are the
    passages' own, or none where the source has none."""

    name: str
    language: Language
    passages: list[list[str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def slice(self, start: int, stop: int) -> "Pool":
        """The passages from start to stop with their questions, renumbered."""
        questions = [
            Question(q.text, q.passage - start, q.gold, q.answers)
            for q in self.questions
            if start <= q.passage < stop
        ]
        return Pool(self.name, self.language, self.passages[start:stop], questions, self.titles[start:stop])


@dataclass(frozen=True)
class Example:
    """One question with ranked candidates. `gold` are their indices that answer; `phrase` is a label without
    brackets when no sentence is to be chosen; `answers` are answer strings, `weight` scales the loss."""

    kind: str
    language: Language
    question: str
    sentences: list[str]
    gold: list[int]
    phrase: str = ""
    answers: list[str] = field(default_factory=list)
    weight: float = 1.0


def write_examples(path: Path, examples: Iterable[Example]) -> int:
    """Write examples as JSON lines; returns their number."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> Iterator[Example]:
    """Examples of a file written by `write_examples`."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Example(**json.loads(line))
