"""The shape of a check."""

from dataclasses import dataclass
from typing import ClassVar, Protocol


@dataclass(frozen=True)
class Hit:
    """`rule` matched normalised text[start:end]; of a word list for its `term`, in normal form."""

    rule: str
    start: int
    end: int
    term: str = ""


class Check(Protocol):
    """Stateless and fast: it runs for every piece of every answer."""

    name: ClassVar[str]
    rules: ClassVar[tuple[str, ...]]  # what a policy may name
    stages: ClassVar[tuple[str, ...]]  # of texts, at which a page offers rules for it

    def find(self, text: str) -> list[Hit]:
        """Every match in normalised `text`, taking its end for the end of everything."""
        ...

    def open_from(self, text: str) -> int:
        """The earliest position where a match may begin that only later text completes or refutes.

        `len(text)` when nothing is open: all of it may be judged now.
        """
        ...
