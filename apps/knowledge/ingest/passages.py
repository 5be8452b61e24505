"""Cuts a document into passages: by its headings first, and a section that is too long by its sentences."""

import re
from bisect import bisect, bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from apps.core.language import Language

from ..places import Range, page_range, row_range
from .blocks import Block, Extracted
from .code import code_blocks, quotable
from .items import join_items, with_lines_as_items
from .languages import HEADING_JOINT, language_of, of_one_language, told_with
from .packing import Unit, join_code, join_short, pack
from .sentences import Span, split_sentences
from .steps import settled

SIZES = {"small": 450, "normal": 900, "large": 1800}
LEAST_SIZE, MOST_SIZE, MOST_OVERLAP = 200, 3600, 2
READER = 4  # raise it when the same bytes make other passages
WHOLE: dict[Language, int] = {"en": 300, "zh": 150}  # a list item or row up to here is quoted as one sentence
_SOFT_BREAK = re.compile(r"(?<=[;；,，、:：])|\s+")


@dataclass(frozen=True)
class Splitting:
    """A passage has at most `size` characters of English, or half as many of Chinese, which says as much with them.
    Where a section was cut, the last `overlap` sentences of a passage begin the next one, too.
    """

    size: int = SIZES["normal"]
    overlap: int = 1

    def limit(self, language: Language) -> int:
        return self.size if language == "en" else self.size // 2


NORMAL = Splitting()


@dataclass(frozen=True)
class Piece:
    """A passage before it is stored; `spans` are the quotable sentences as offsets into `text`.

    `lexemes` is its tsvector in PostgreSQL's text form, made of `tokens_count` tokens; `reading` fills both.
    `rows` says for each span in which row of its table it stands or, where the passage runs over several pages, on
    which most of it stands; 0 where nobody knows; empty of what has neither.
    """

    heading: str
    text: str
    language: Language
    page: int | None
    spans: tuple[Span, ...]
    lexemes: str = ""
    tokens_count: int = 0
    rows: tuple[int, ...] = ()

    @property
    def row_range(self) -> Range | None:
        return row_range(self.page, self.rows)

    @property
    def page_range(self) -> Range | None:
        return page_range(self.page, self.rows)


def passage_text(title: str, heading: str, text: str) -> str:
    """What is embedded and indexed for a passage: where it stands counts as much as what it says."""
    return "\n".join(part for part in (title, heading, text) if part)


def cut_document(document: Extracted, splitting: Splitting = NORMAL) -> list[Piece]:
    """Passages in reading order; a heading without text below it makes none."""
    usual = language_of(document)
    document = replace(document, blocks=with_lines_as_items(settled(document.blocks)))
    return [
        piece
        for heading, section in _sections(document)
        for language, blocks in of_one_language(heading, section, usual)
        for piece in _cut_section(heading, blocks, language, splitting)
    ]


def whole_piece(
    heading: str, text: str, page: int | None, language: Language, before: Iterable[tuple[str, int]] = ()
) -> Piece:
    """A text that somebody wrote as one passage, whatever its length. `language` is that of the passage whose place
    it takes, which it has too unless it tells another. `before` are that one's sentences with their rows: a
    sentence that stays as it is keeps its row, all do where there is but one.
    """
    spans = tuple(quotable(text))
    known: dict[str, deque[int]] = defaultdict(deque)
    for sentence, row in before:
        known[sentence].append(row)
    only = {row for own in known.values() for row in own}
    if len(only) == 1:
        found = [*only] * len(spans)
    else:
        said = (known[text[start:end]] for start, end in spans)
        found = [own.popleft() if own else 0 for own in said]
    language = told_with(heading, text) or language
    return Piece(heading, text, language, page, spans, rows=tuple(found) if any(found) else ())


def sentences_with_rows(text: str, spans: Iterable[Span], rows: Sequence[int]) -> Iterator[tuple[str, int]]:
    """None where no rows are known."""
    for (start, end), row in zip(spans, rows, strict=False):
        yield text[start:end], row


def _sections(document: Extracted) -> Iterator[tuple[str, list[Block]]]:
    path: dict[int, str] = {}
    body: list[Block] = []
    for block in document.blocks:
        if block.kind not in {"heading", "pair"}:
            body.append(block)
            continue
        if body:
            yield _heading(path, document.title), body
            body = []
        if block.kind == "pair":
            yield _heading({**path, 99: block.question}, document.title), [block]
        else:
            path = {level: text for level, text in path.items() if level < block.level} | {block.level: block.text}
    if body:
        yield _heading(path, document.title), body


def _heading(path: dict[int, str], title: str) -> str:
    return HEADING_JOINT.join(text for _, text in sorted(path.items()) if text and text != title)


def _cut_section(heading: str, blocks: list[Block], language: Language, splitting: Splitting) -> Iterator[Piece]:
    limit = splitting.limit(language)
    units = join_code([unit for block in blocks for unit in _units(block, language, limit)])
    units = join_short(join_items(units, min(WHOLE[language] // 2, limit)))
    for group in pack(units, limit, splitting.overlap):
        yield _piece(heading, group, language)


def _units(block: Block, language: Language, limit: int) -> Iterator[Unit]:
    """The sentences of a block; one that would not fit a passage is broken at a comma or blank."""
    if block.kind == "code":
        for place, text in enumerate(code_blocks(block.text)):
            step = 0 if place else block.step
            yield Unit(
                text, "\n", block.page, code=True, step=step, inside=block.inside + bool(block.step and place)
            )
        return
    whole = block.kind == "unit" and len(block.text) <= min(WHOLE[language], limit)
    end = 0
    for start, stop in [(0, len(block.text))] if whole else split_sentences(block.text):
        glue = block.text[end:start] if end else "\n"
        at = start
        for text in _broken(block.text[start:stop], limit):
            at = block.text.index(text, at)
            step = 0 if end or at > start else block.step
            yield Unit(
                text,
                glue,
                _page_of(block, at, at + len(text)),
                block.row,
                step=step,
                inside=block.inside + bool(block.step and not step),
                item=whole and not (block.step or block.row),
            )
            glue = " " if language == "en" else ""
        end = stop


def _page_of(block: Block, start: int, end: int) -> int | None:
    """The one that most of what stands between two places of its text does."""
    turned = bisect(block.turns, start, key=itemgetter(0))
    turning = bisect_left(block.turns, end, key=itemgetter(0))
    first = block.turns[turned - 1][1] if turned else block.page
    parts = pairwise([(start, first), *block.turns[turned:turning], (end, None)])
    return max(parts, key=lambda part: part[1][0] - part[0][0])[0][1]


def _broken(text: str, limit: int) -> Iterator[str]:
    start = 0
    while len(text) - start > limit:
        breaks = [match.start() for match in _SOFT_BREAK.finditer(text, start + limit // 2, start + limit)]
        cut = breaks[-1] if breaks and breaks[-1] > start else start + limit
        yield text[start:cut].rstrip()
        start = cut + len(text[cut : cut + limit]) - len(text[cut : cut + limit].lstrip())
    if text[start:]:
        yield text[start:]


def _piece(heading: str, units: list[Unit], language: Language) -> Piece:
    text = ""
    spans: list[Span] = []
    for unit in units:
        text += f"{unit.glue if text else ''}{unit.mark if unit.opens or not text else ''}"
        spans.append((len(text), len(text) + len(unit.text)))
        text += unit.text
    page = units[0].page
    rows = tuple((unit.row if units[0].row else unit.page) or 0 for unit in units)
    rows = () if set(rows) == {page or 0} else rows
    return Piece(heading, text, language, page, tuple(spans), rows=rows)
