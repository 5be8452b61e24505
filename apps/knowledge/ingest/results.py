"""What became of an item, before it is written down."""

from dataclasses import dataclass, field
from typing import Any

from ..indexing.vectors import PieceVectors
from ..models import ImportItem, PassageEdit
from .blocks import Refused
from .reading import Reading


@dataclass
class Result:
    """A reading with vectors for each of its pieces, or `failure` that says why there is none.

    `edits` are those that the reading still has a place for, `restored` the rows of pairs that were taken back;
    `decided` is what people had decided about the document when these two were looked up. `original` names the file
    as it is kept. What was read once more and is as it was is `unaltered`.
    """

    item: ImportItem
    reading: Reading | None = None
    failure: Refused | None = None
    vectors: list[PieceVectors] = field(default_factory=list)
    edits: list[PassageEdit] = field(default_factory=list)
    restored: set[int] = field(default_factory=set)
    original: str = ""
    decided: frozenset[Any] = frozenset()
    unaltered: bool = False

    @property
    def title(self) -> str:
        return self.reading.title if self.reading else ""
