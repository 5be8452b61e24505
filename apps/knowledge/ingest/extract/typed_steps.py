"""Steps that somebody numbered by hand: lines behind 1. 1) (1) 1、 ① 一、 第一步 or "Step 1:" that count on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..blocks import LEADS_IN, MOST_INSIDE, Block
from ..days import is_day, may_be_day

_HAN = "一二三四五六七八九十"
_COUNT = rf"(?:[{_HAN}]{{1,3}}|\d{{1,2}})"
# 一、 is a heading, too: a step is a sentence of some length.
_SENTENCE = r"(?=.{4,150}\Z)(?=.*[。；;！!][”’\"')）」』]*\s*\Z)"
# A number that goes on, as a version or a price does, is none.
_STEP = re.compile(
    r"\s*(?:(?P<stop>\d{1,3}\.)(?:\s+|(?=[\u4e00-\u9fff]))|(?P<bracket>\d{1,3}\))\s+|(?P<wide>\d{1,3}[、．）])\s*"
    r"|(?P<round>[(（]\d{1,3}[)）])\s*|(?P<circled>[①-⑳])\s*"
    rf"|(?P<chinese>第\s*{_COUNT}\s*步|步骤\s*{_COUNT}(?=\s*[:：.、]|\s))\s*[:：,，.、]?\s*"
    rf"|(?P<han>[{_HAN}]{{1,3}}、)\s*{_SENTENCE}|(?P<han_round>[(（][{_HAN}]{{1,3}}[)）])\s*{_SENTENCE}"
    r"|(?P<english>step\s+\d{1,2})\s*[:.)–—-]\s*)(?=\S)",
    re.I,
)
_ADJACENT = {"han", "han_round"}  # between such ones nothing else stands
# What is left out of an item that counts with no other one.
_LISTED = re.compile(r"\s*(?:(?:[-*+•·▪◦]|\d{1,3}[.)])\s+|(?:\d{1,3}[、．]|[（(]\d{1,3}[）)])\s*)(?=\S)")
_Run = list[tuple[int, int]]  # where each step stands, and where its words begin
_BETWEEN, _LONGEST = 6, 1200  # blocks, characters between two steps


def begins_item(text: str) -> bool:
    """Whether a line begins an item of a list or a step."""
    return _LISTED.match(text) is not None or _STEP.match(text) is not None


def begins_step(text: str) -> bool:
    """Whether a line begins with a number that may be a step's, and is no date."""
    return _STEP.match(text) is not None and not may_be_day(text)


def unlisted(text: str) -> str:
    """Without the sign of a list's item, but with a number, for that may be a step's."""
    marker = None if _STEP.match(text) else _LISTED.match(text)
    return text[marker.end() :] if marker else text


def number_before(text: str) -> int:
    """Of the item that begins so; 0 where none does, or a sign marks it."""
    marker = _STEP.match(text) or _LISTED.match(text)
    return _number(marker[marker.lastgroup or 0]) if marker else 0


def typed_steps(blocks: Sequence[Block]) -> list[Block]:
    """Blocks that begin so and count on from 1 are steps, without what numbers them."""
    found = list(blocks)
    for inside, run in _nested(blocks, _runs(blocks)):
        for number, (place, end) in enumerate(run, 1):
            found[place] = replace(_without(blocks[place], end), kind="unit", step=number, inside=inside)
    return found


def numbered_steps(blocks: Sequence[Block]) -> list[Block]:
    """The same of a file that marks no lists: there an item whose number counts with no other one goes without,
    unless it may be a date.
    """
    return [
        _without(block, marker.end())
        if block.kind == "unit"
        and not (block.step or may_be_day(block.text))
        and (marker := _LISTED.match(block.text))
        else block
        for block in typed_steps(blocks)
    ]


def _runs(blocks: Sequence[Block]) -> list[_Run]:
    """Where each step of a run stands, and where its words begin."""
    runs: list[list[tuple[int, int]]] = []
    open_runs: dict[str, list[tuple[int, int]]] = {}  # by how they are numbered
    lengths = [0]
    for place, block in enumerate(blocks):
        lengths.append(lengths[-1] + len(block.text))
        if block.kind in {"heading", "pair"}:
            open_runs = {}
        marker = _STEP.match(block.text) if block.kind in {"text", "unit"} and not block.step else None
        if marker is None:
            continue
        way = str(marker.lastgroup)
        number = _number(marker[way])
        run = open_runs.get(way)
        near = run and (place == run[-1][0] + 1 if way in _ADJACENT else _near(run[-1][0], place, lengths))
        if run and near and number == len(run) + 1:
            run.append((place, marker.end()))
        elif number == 1:
            open_runs[way] = [(place, marker.end())]
            runs.append(open_runs[way])
    return [run for run in runs if len(run) > 1 and not all(is_day(blocks[place].text) for place, _end in run)]


def _near(before: int, place: int, lengths: Sequence[int]) -> bool:
    return place - before - 1 <= _BETWEEN and lengths[place] - lengths[before + 1] <= _LONGEST


def _nested(blocks: Sequence[Block], runs: Sequence[_Run]) -> Iterator[tuple[int, _Run]]:
    """How many runs each one stands in: between two steps, or where the last one leads to it. One that crosses
    another is left out.
    """
    around: list[_Run] = []
    for run in runs:
        first, last = run[0][0], run[-1][0]
        before = None
        while around and around[-1][-1][0] < first:
            before = around.pop()
        if around and around[-1][-1][0] < last:
            continue
        leads = before is not None and before[-1][0] == first - 1 and LEADS_IN.search(blocks[first - 1].text)
        yield min(len(around) + bool(leads), MOST_INSIDE), run
        around.append(run)


def _number(said: str) -> int:
    if "①" <= said <= "⑳":
        return ord(said) - ord("①") + 1
    if digits := re.search(r"\d+", said):
        return int(digits[0])
    tens, ten, ones = re.sub(rf"[^{_HAN}]", "", said).rpartition("十")
    return (_HAN.index(tens) + 1 if tens else 1) * 10 * bool(ten) + (_HAN.index(ones) + 1 if ones else 0)


def _without(block: Block, end: int) -> Block:
    turns = tuple((max(0, at - end), page) for at, page in block.turns)
    return replace(block, text=block.text[end:], turns=turns)
