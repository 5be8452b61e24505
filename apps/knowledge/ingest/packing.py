"""Puts a section's sentences together to passages: what is too short alone joins others, steps stay together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .blocks import LEADS_IN
from .steps import mark as mark_of

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass
class Unit:
    """A sentence, with the white space that stands before it when it does not open a passage."""

    text: str
    glue: str
    page: int | None
    row: int = 0
    code: bool = False  # ends with a block of it
    step: int = 0
    inside: int = 0
    item: bool = False  # of a list, or a row
    closed: bool = False  # nothing behind it joins it

    @property
    def mark(self) -> str:
        """What stands before it at the beginning of a line."""
        return mark_of(self.step, self.inside, code=self.code and self.text.startswith("`"))

    @property
    def opens(self) -> bool:
        return "\n" in self.glue

    @property
    def stepped(self) -> bool:
        return bool(self.step or self.inside)

    @property
    def size(self) -> int:
        return len(self.text) + len(self.mark) * self.opens


def is_short(text: str) -> bool:
    """Too little to be quoted alone: under six Chinese characters or four words."""
    return len(_HAN.findall(text)) < 6 and len(text.split()) < 4


def join_code(units: list[Unit]) -> list[Unit]:
    """Lets code join the sentence before it: alone neither "Run:" nor a command says what it is for."""
    joined: list[Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        if last is not None and unit.code and not last.code and not unit.step:
            joined[-1] = replace(last, text=f"{last.text}\n{unit.text}", code=True)
        else:
            joined.append(unit)
    return joined


def join_short(units: list[Unit]) -> list[Unit]:
    """Lets a unit that is too short join the one after it, the last one the one before it; a row of a table never
    joins another, for each is a place of its own, nor does a step; behind a list nothing joins it.
    """
    joined: list[Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        if last is not None and _may_join(last, unit) and not last.code and is_short(last.text):
            joined[-1] = replace(
                last, text=_glued(last.text, unit.glue, unit.text), code=unit.code, closed=unit.closed
            )
        else:
            joined.append(unit)
    if len(joined) > 1 and is_short(joined[-1].text):
        before, tail = joined[-2:]
        if _may_join(before, tail) and not before.code and not tail.code:
            joined[-2:] = [replace(before, text=_glued(before.text, tail.glue, tail.text))]
    return joined


def _may_join(before: Unit, unit: Unit) -> bool:
    """A step joins the rest of its own line alone: what begins one below it says something else."""
    if before.closed or before.row != unit.row or unit.step or (before.step and unit.opens):
        return False
    return before.inside + bool(before.step) == unit.inside


def _glued(left: str, glue: str, right: str) -> str:
    """Never with a line break: a quotable sentence is one line, but for its code."""
    return left + (" " if glue == "\n" else glue) + right


def pack(units: list[Unit], limit: int, overlap: int) -> Iterator[list[Unit]]:
    """Groups of about equal size below `limit`; each but the first repeats the last sentences of the one before, as
    many of `overlap` as there is room for, but no step.
    """
    total = _size(units)
    target = total / -(-total // limit) if units else 0
    group: list[Unit] = []
    size = fresh = 0
    for whole in _wholes(units, limit):
        room = limit - _size(whole) + 1
        if fresh and (size > room or size >= target):
            yield group
            group = _repeated(group, overlap)
            while group and _size(group) > room:
                del group[0]
            size, fresh = _size(group), 0
        group += whole
        size += _size(whole)
        fresh += 1
    if fresh:
        yield group


def _repeated(group: list[Unit], overlap: int) -> list[Unit]:
    repeated = group[-overlap:] if overlap else []
    return [] if any(unit.stepped for unit in repeated) else repeated


def _wholes(units: list[Unit], limit: int) -> Iterator[list[Unit]]:
    """What is not parted where it fits: a run of steps with what leads to it, else a step, else a sentence."""
    for run in _runs(units):
        if len(run) == 1 or _size(run) - 1 <= limit:
            yield run
            continue
        for step in _steps(run):
            yield from [step] if _size(step) - 1 <= limit else ([unit] for unit in step)


def _runs(units: list[Unit]) -> Iterator[list[Unit]]:
    """Each run of steps, behind the sentence that leads to it; each other sentence by itself."""
    run: list[Unit] = []
    last = 0  # the number of the step before
    for unit in units:
        top = unit.step if not unit.inside else 0
        leads = len(run) == 1 and not run[0].stepped and top and LEADS_IN.search(run[0].text)
        if run and not leads and not (unit.stepped and run[-1].stepped and not 0 < top <= last):
            yield run
            run = []
        run.append(unit)
        last = top or (last if unit.stepped else 0)
    if run:
        yield run


def _steps(run: list[Unit]) -> Iterator[list[Unit]]:
    """Each step with what stands in it, behind the first one's lead."""
    step: list[Unit] = []
    for unit in run:
        if unit.step and not unit.inside and step and step[-1].stepped:
            yield step
            step = []
        step.append(unit)
    yield step


def _size(units: list[Unit]) -> int:
    return sum(unit.size + 1 for unit in units)
