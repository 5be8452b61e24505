"""Steps of a procedure. In a passage's text each begins a line with its number, as in Markdown ("1. Sign in."), and
what stands in a step is indented; the number is no part of its quotable sentence, so that no search reads it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .blocks import MOST_INSIDE, Block
from .days import is_day
from .sentences import Span

INDENT = "   "
# Between two steps so much may stand that says more of the first one: an example, a table, a note.
_BETWEEN, _LONGEST = 4, 600  # blocks, characters
_MARK = re.compile(r"(?:\A|\n)(?P<indent> *)[(（]?(?P<number>\d{1,3})[.)）、．]\s*\Z")
_LINE = re.compile(r"(?m)^(?P<indent> *)[(（]?(?P<number>\d{1,3})(?P<sign>[.)]\s+|[）、．]\s*)(?=(?P<rest>\S.*))")


@dataclass(frozen=True)
class Step:
    """Of a quotable sentence: the `number` of the step that begins with it (0: it goes on, or there is none), and
    how many steps it stands in, its own counted in; 0 outside of all.
    """

    number: int = 0
    depth: int = 0


def settled(blocks: Sequence[Block]) -> list[Block]:
    """A lone item of a list is no step. What stands between two steps belongs to the first one."""
    found = list(blocks)
    for run in _runs(found):
        if len(run) < 2:
            found[run[0]] = replace(found[run[0]], step=0)
            _raise(found, run[0] + 1)
        for first, following in pairwise(run):
            between = range(first + 1, following)
            loose = [place for place in between if not found[place].inside]
            if len(loose) <= _BETWEEN and sum(len(found[place].text) for place in loose) <= _LONGEST:
                for place in loose:
                    found[place] = replace(found[place], inside=1)
    return found


def _runs(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Places of the steps that stand in no other one, run by run: their numbers rise."""
    run: list[int] = []
    for place, block in enumerate(blocks):
        ends = block.kind in {"heading", "pair"}
        if run and (ends or (block.step and not block.inside and block.step <= blocks[run[-1]].step)):
            yield run
            run = []
        if block.step and not block.inside:
            run.append(place)
    if run:
        yield run


def _raise(blocks: list[Block], place: int) -> None:
    """What stood in a step that is none any more."""
    while place < len(blocks) and blocks[place].inside:
        blocks[place] = replace(blocks[place], inside=blocks[place].inside - 1)
        place += 1


def mark(step: int, inside: int, *, code: bool = False) -> str:
    """What stands before a sentence, at the beginning of its line; code has a line of its own."""
    behind = "\n" if code else " "
    return INDENT * inside + (f"{step}.{behind}" if step else "")


def indented(line: str) -> str:
    """A line that somebody wrote, with single blanks, and as far to the right as one that stands in a step."""
    depth = (len(line) - len(line.lstrip(" "))) // len(INDENT)
    return INDENT * min(MOST_INSIDE, depth) + " ".join(line.split())


def steps_of(text: str, spans: Sequence[Span]) -> list[Step]:
    """One for each of a text's sentences, by what stands before it."""
    found: list[Step] = []
    end = depth = 0
    for start, stop in spans:
        gap = text[end:start]
        if marked := _MARK.search(gap if end else f"\n{gap}"):
            depth = min(MOST_INSIDE + 1, 1 + len(marked["indent"]) // len(INDENT))
            found.append(Step(int(marked["number"]), depth))
        else:
            if not end or "\n" in gap:
                depth = min(MOST_INSIDE, len(gap.rpartition("\n")[2]) // len(INDENT))
            found.append(Step(0, depth))
        end = stop
    return found


def unmarked(text: str, spans: Sequence[Span]) -> str:
    """The text without the numbers of its steps, which tell nobody what it is about."""
    parts: list[str] = []
    end = 0
    for start, stop in spans:
        gap = text[end:start]
        marked = _MARK.search(gap if end else f"\n{gap}")
        parts += ["\n" * bool(end) if marked else gap, text[start:stop]]
        end = stop
    return "".join([*parts, text[end:]])


def without_marks(text: str, spans: Sequence[Span]) -> list[Span]:
    """The sentences of a text that somebody wrote without the numbers that begin their lines, where two or more of
    these, indented alike, count on. A date keeps its day.
    """
    lines: dict[str, list[re.Match[str]]] = {}
    for line in _LINE.finditer(text):
        if not is_day(line["number"] + line["sign"] + line["rest"]):
            lines.setdefault(line["indent"], []).append(line)
    counted: dict[int, int] = {}  # by where a number begins, where what it numbers does
    for alike in lines.values():
        for line, following in pairwise(alike):
            if int(following["number"]) == int(line["number"]) + 1:
                counted |= {one.end("indent"): one.end() for one in (line, following)}
    return [(counted.get(start, start), end) for start, end in spans if counted.get(start, start) < end]
