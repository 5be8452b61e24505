"""Items of a list as sentences: each by itself, but for names ("Passport; Two photos; A pen"), which say nothing
alone and are told together to whoever asks what to bring.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from apps.core.amounts.calendar import CLOCK
from apps.core.amounts.money import ANY_SIGN, SUM
from apps.core.amounts.numbers import HAN_NUMERALS

from .blocks import Block
from .packing import Unit, is_short

_LEAST_LINES, _LONGEST_LINE = 3, 39  # of a text whose lines are items; longer ones may be wrapped prose
_TELLS = re.compile(
    rf"[^\W\d].*?(?:[:：](?=\s*[^\W_])|\s[–—-]\s|——|[{ANY_SIGN}]|{SUM}|{CLOCK}|[{HAN_NUMERALS}]+[元角块毛]钱?$)"
    rf"|^{CLOCK}.*[^\W\d]{{2}}",
    re.I,
)
_GOES_ON_OR_ENDS = re.compile(r"[.!?;,:…。！？；，、：][”’\"')）」』]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")


def with_lines_as_items(blocks: Sequence[Block]) -> list[Block]:
    """Short lines of a text that each say something, three at least in a row, are items."""
    found: list[Block] = []
    for is_line, run in groupby(blocks, key=_may_be_item):
        own = list(run)
        found += (replace(one, kind="unit") for one in own) if is_line and len(own) >= _LEAST_LINES else own
    return found


def _may_be_item(block: Block) -> bool:
    text = block.text
    return (
        block.kind == "text"
        and not block.step
        and len(text) + len(_HAN.findall(text)) <= _LONGEST_LINE
        and not _GOES_ON_OR_ENDS.search(text)
        and not text[:1].islower()
        and bool(_TELLS.search(text))
    )


def join_items(units: Iterable[Unit], longest: int) -> list[Unit]:
    """Of a list of two items or more; nothing behind it joins it. Most are names where most are too short to quote
    and few say something. No sentence of names is longer than `longest`.
    """
    found: list[Unit] = []
    for _, run in groupby(units, key=lambda unit: (unit.item, unit.inside)):
        own = list(run)
        if len(own) < 2 or not own[0].item:
            found += own
            continue
        names = 2 * sum(is_short(one.text) and not _TELLS.search(one.text) for one in own) > len(own)
        found += (replace(one, closed=True) for one in (_together(own, longest) if names else own))
    return found


def _together(units: Sequence[Unit], longest: int) -> Iterator[Unit]:
    whole = units[0]
    for unit in units[1:]:
        text = f"{whole.text}{_sign(whole.text)}{unit.text}"
        if len(text) <= longest:
            whole = replace(whole, text=text)
        else:
            yield whole
            whole = unit
    yield whole


def _sign(left: str) -> str:
    """What parts it from the next one; what ends with a sign of its own needs none."""
    wide = left[-1] > "\u2e80"
    if _GOES_ON_OR_ENDS.search(left):
        return "" if wide else " "
    return "；" if wide else "; "
