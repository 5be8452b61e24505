"""Who asks across a column ("Who works on Saturday?", 哪些房间有插座) is told of all rows with something there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.knowledge.services import question_tokens, tokenize

from .candidates import Candidate
from .column_names import Cells, tells
from .procedures import Part, Procedure
from .rows import row_cells, row_said

MOST_ROWS = 10
# Asks which rows there are, not when or how much one of them says.
_WHICH: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:who|which (?!day|time|date|hour))\b", re.I),
    "zh": re.compile(r"谁|哪(?:一?[位个些种家款间台门类]|几[位个种家款间台门类])(?![天周月年小时])"),
}
_NONE = re.compile(
    r"no(?:ne|t available| service)?|off|n/a|nil|[x✗✘×]|closed|[无否没不休]|没有|不可以?|不能|休息|停诊|未开放",
    re.I,
)
_MAY = re.compile(r"^(?:可以?|能否?|是否|有无|支持)(?=..)")  # begins the name of a Chinese column
_DAY = re.compile(r"星期|礼拜")
_SHORT_DAY = re.compile(r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b\.?", re.I)
_DAYS = {day[:3]: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}


def across_rows(question: str, found: Retrieval, sources: Sequence[Candidate]) -> Candidate | None:
    """The best sentence, standing for all rows of its table that have something in the column asked for; None where
    it is no such question, or all of them have, or none.
    """
    best = max(sources, key=lambda one: one.score)
    home = best.passage
    if not best.row or not _WHICH[home.language].search(question):
        return None
    table = [_Row(one, line, cells) for one in _section(found, home) for line, cells in _rows(one)]
    column = _column(question, [row.cells for row in table], home.language)
    if not column or all(_has(row.cells, column) for row in table):
        return None
    having = [row for row in _spoken_of(question, table, column) if _has(row.cells, column)]
    if not having or len(having) > MOST_ROWS:
        return None
    asked = f"{question} {column}"
    parts = [_part([row for row in having if row.home is one], asked) for one in _section(found, home)]
    return replace(best, procedure=Procedure(tuple(filter(None, parts))))


class _Row(NamedTuple):
    home: RankedPassage
    line: str
    cells: Cells


def _section(found: Retrieval, home: RankedPassage) -> list[RankedPassage]:
    """The passages found of the table, the best one's first."""
    others = (one for one in found.passages if one.passage_id != home.passage_id)
    return [home, *(one for one in others if (one.document_id, one.heading) == (home.document_id, home.heading))]


def _rows(home: RankedPassage) -> Iterator[tuple[str, Cells]]:
    for line in home.text.split("\n"):
        if cells := row_cells(line, home):
            yield line, cells


def _part(rows: Sequence[_Row], asked: str) -> Part | None:
    """One below the other, the place that stands before all of them once."""
    if not rows:
        return None
    home = rows[0].home
    said = [row_said(row.cells, home, asked) for row in rows]
    place = said[0].partition("**")[0]
    if not all(one.startswith(place) for one in said):
        place = ""
    lines = (
        said if len(said) == 1 else [*filter(None, [place.rstrip()]), *(f"- {one[len(place) :]}" for one in said)]
    )
    begins, last = home.text.find(rows[0].line), rows[-1].line
    return Part(home, "\n".join(lines), home.text[begins : home.text.find(last) + len(last)])


def _column(question: str, table: Sequence[Cells], language: Language) -> str:
    """The name of the one column behind the first that the question names; empty where it names none, or two."""
    names = dict.fromkeys(name for cells in table for name, _text in cells[1:])
    asked = _plain(question, language)
    named = [name for name in names if _is_named(_plain(name, language), asked, language)]
    longest = [one for one in named if not any(one != other and one in other for other in named)]
    return longest[0] if len(longest) == 1 else ""


def _is_named(name: str, asked: str, language: Language) -> bool:
    if language == "zh":
        return len(name) > 1 and name in asked
    own = set(tokenize(name))
    return bool(own) and own <= set(question_tokens(asked))


def _plain(text: str, language: Language) -> str:
    """Days by their whole names, and without what only says that something may be."""
    if language == "zh":
        return _DAY.sub("周", _MAY.sub("", text))
    return _SHORT_DAY.sub(lambda day: _DAYS[day.group()[:3].casefold()], text)


def _has(cells: Cells, column: str) -> bool:
    return any(name == column and tells(text) and not _NONE.fullmatch(text.strip()) for name, text in cells[1:])


def _spoken_of(question: str, rows: Sequence[_Row], column: str) -> list[_Row]:
    """Those of which the question says more, if any: which nurse, who teaches the piano."""
    asked = set(question_tokens(question)).difference(tokenize(column), tokenize(rows[0].cells[0][0]))
    held = [asked.intersection(tokenize(" ".join(text for _name, text in row.cells))) for row in rows]
    most = max(map(len, held))
    return [row for row, own in zip(rows, held, strict=True) if len(own) == most]
