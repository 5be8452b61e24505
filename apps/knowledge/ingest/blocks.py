"""What an extractor makes of a file: blocks in reading order. Knows no Django, for it runs in the parsing child."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["heading", "text", "unit", "code", "pair"]
LEADS_IN = re.compile(r"[:：][”’\"')）」』]*$")  # ends so what a list follows
MOST_INSIDE = 2  # steps that something stands in, as far as a passage shows it


@dataclass(frozen=True)
class Block:
    """One piece of a document.

    `heading` opens a section of its `level`; `text` is prose to be cut into sentences; `unit` (a list item, a table
    row) is quoted whole; `code` keeps its lines; `pair` is a question (`question`) with its answer (`text`), a
    passage of its own. `row` is that of its table, as a spreadsheet counts it; 0 where there is none.
    It begins on `page`; `turns` are where in its text others begin, and which.

    `step` is the number of an item of a procedure, 0 for what is none; `inside` is how many steps it stands in: a
    step of a step, or more that is said of one, stands in one.
    """

    kind: Kind
    text: str
    level: int = 0
    page: int | None = None
    turns: tuple[tuple[int, int], ...] = ()
    question: str = ""
    row: int = 0
    step: int = 0
    inside: int = 0


@dataclass(frozen=True)
class Extracted:
    """`title` is empty where the file names none; `pages` is 0 where there are none; `table` where it is none."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    pages: int = 0
    table: "Table | None" = None


@dataclass(frozen=True)
class Columns:
    """What a table's columns are for: by name those of questions and of answers, empty for the usual names, and
    those that are not imported. With `rows` there are no questions, whatever the columns are called.
    """

    question: str = ""
    answer: str = ""
    ignored: tuple[str, ...] = ()
    rows: bool = False


@dataclass(frozen=True)
class Sheet:
    """The headers of a sheet and the beginning of its first rows; its name where there are several. Which columns
    held questions and answers is empty where each row is a sentence.
    """

    name: str = ""
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Wide:
    """Rows with more cells than the first row names, the first by number and `more` of them: their surplus was
    "joined" to the cell that it belongs to, they were "kept" as lines without names, or left "out".
    """

    how: str
    rows: tuple[int, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Table:
    """What a table looks like, sheet by sheet."""

    sheets: tuple[Sheet, ...] = ()
    wide: tuple[Wide, ...] = ()


class Refused(Exception):
    """The file cannot be imported. `code` is a key of `reasons.REASONS`; `values` fill its message."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def clean(text: str) -> str:
    """One line: white space collapsed, invisible characters dropped."""
    visible = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(visible.replace("\u200b", "").replace("\ufeff", "").replace("\xad", "").split())
