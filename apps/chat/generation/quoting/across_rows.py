"""Who asks across a column ("Who works on Saturday?", 哪些房间有插座) is told of all rows with something there, if
all of the table was found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.knowledge.services import question_tokens, tokenize

from .asked_across import column_across
from .candidates import Candidate
from .column_names import Cells, tells
from .procedures import Part, Procedure
from .rows import cells_of, row_cells, row_said

MOST_ROWS = 10
# What a cell says: that there is something, or nothing. What is neither ("x", "on request") leaves it open.
_SOMETHING = re.compile(
    r"(?:yes|y|true|included|available|open|mornings?|afternoons?|evenings?|all day)\b.*|"
    r".*[1-9].*|[✓✔√☑✅]|[有是]|可以?|能|支持|包?含|包括|提供|开放|营业|上班|出诊|坐诊|值班|全天|上午|下午|晚上|[早中晚夜白]班|"
    r"[一二两三四五六七八九十]+[个台张盏把块间位次]",
    re.I,
)
_NOTHING = re.compile(
    r"(?:no|none|not|never|false|nil|n|n/a|0|closed|off|unavailable|unsupported|on leave|away|[✗✘×❌])"
    r"(?:[ ,]*(?:no|yet|available|included|offered|supported|provided|possible|service|open|here))*|"
    r"[无否没不休]|没有|不可以?|不能|不行|不支持|不含|不提供|不包[括含]|不开放|不营业|不上班|未开[通放]|未提供|暂[无不]|休息|轮休|请假|外出|停诊|闭馆",
    re.I,
)
_TURNED = re.compile(
    r"\b(?:no|not|non|never|without|except\w*|closed|off|out|full|booked|taken|cancell?ed|un(?!til)\w+|\w+n[’']t)\b|"
    r"[不没未非禁停休闭满除]|无(?!线)|取消",
    re.I,
)


def across_rows(question: str, found: Retrieval, sources: Sequence[Candidate]) -> Candidate | None:
    """The best sentence, standing for all rows of its table that have something in the column asked for; None where
    it is no such question, or all of them have, or none.
    """
    best = max(sources, key=lambda one: one.score)
    home = best.passage
    section = _section(found, home)
    if not best.row or len(section) < home.section:
        return None
    rows = [_Row(one, line, cells) for one in section for line, cells in _rows(one)]
    table = _table_of(best, rows)
    column = column_across(question, _names(table), home.language)
    has = [_has(row.cells, column) for row in table]
    if not column or None in has or all(has) or _is_broken(section, table, column):
        return None
    spoken_of = _spoken_of(question, table, column)
    having = [row for row, holds in zip(table, has, strict=True) if holds and row in spoken_of]
    if not having or len(having) > MOST_ROWS:
        return None
    asked = f"{question} {column}"
    parts = [_part([row for row in having if row.home is one], asked) for one in section]
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


def _table_of(best: Candidate, rows: Sequence[_Row]) -> list[_Row]:
    """Those about the same kind of thing as the best one: two tables may stand below one heading."""
    line = best.passage.text[best.start :].partition("\n")[0].strip()
    kinds = {row.cells[0][0] for row in rows if row.home is best.passage and row.line.strip() == line}
    return [row for row in rows if row.cells[0][0] in kinds]


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


def _names(table: Sequence[_Row]) -> Iterable[str]:
    """Of the columns behind the first."""
    return dict.fromkeys(name for row in table for name, _text in row.cells[1:])


def _is_broken(section: Sequence[RankedPassage], table: Sequence[_Row], column: str) -> bool:
    """Whether a line has the column and is read as no row, as one that stands alone in its passage."""
    lines = {(row.home.passage_id, row.line) for row in table}
    return any(
        (one.passage_id, line) not in lines and column in dict(cells_of(line))
        for one in section
        for line in one.text.split("\n")
    )


def _has(cells: Cells, column: str) -> bool | None:
    """Whether the row has something there; None where nobody can say."""
    text = next((text.strip() for name, text in cells[1:] if name == column and tells(text)), "")
    if not text or _NOTHING.fullmatch(text):
        return False
    return True if _SOMETHING.fullmatch(text) and not _TURNED.search(text) else None


def _spoken_of(question: str, rows: Sequence[_Row], column: str) -> list[_Row]:
    """Those of which the question says more, if any: which nurse, who teaches the piano."""
    asked = set(question_tokens(question)).difference(tokenize(column), tokenize(rows[0].cells[0][0]))
    others = (" ".join(text for name, text in row.cells if name != column) for row in rows)
    held = [asked.intersection(tokenize(text)) for text in others]
    most = max(map(len, held))
    return [row for row, own in zip(rows, held, strict=True) if len(own) == most]
