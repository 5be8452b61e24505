"""Plain text: blank lines part paragraphs, a lone short line is a heading, hard-wrapped lines are joined again."""

import re
from collections.abc import Iterator

from apps.core.fences import Part, clean_code, parts

from ..blocks import Block, Extracted, clean
from ..decode import decode

LIST_ITEM = re.compile(r"\s*(?:[-*+•·▪◦]\s+|\d{1,3}(?:[.)]\s+|[、．])|[（(]\d{1,3}[）)])\s*(?=\S)")
FINISHED = re.compile(r"[.!?:;。！？：；…][”’\"')）」』]*$")
HYPHEN = re.compile(r"(?<=\w)[\ufffe\u00ad-]$")  # where a PDF parts a word at the end of a line
_QUOTES = set("“”‘’…—·")
_NO_BLANK_BEHIND, _NO_BLANK_BEFORE = set("，。、；：？！（《「『【〈"), set("，。、；：？！）》」』】〉")
WRAPPED_FROM = 40  # a line shorter than this did not end because the page was full


def extract(data: bytes) -> Extracted:
    blocks = [block for part in parts(decode(data)) for block in _blocks(part)]
    if len(blocks) > 1 and blocks[0].kind == "heading":
        return Extracted(blocks[0].text, with_text(blocks[1:]))
    return Extracted("", with_text(blocks))


def _blocks(part: Part) -> Iterator[Block]:
    """Of a text that is half Markdown, with code between fences."""
    if not part.is_code:
        yield from _paragraphs(part.text)
    elif code := clean_code(part.text):
        yield Block("code", code)


def with_text(blocks: list[Block]) -> list[Block]:
    """A heading is a guess here: where nothing else is left, the short lines are the text."""
    if all(block.kind == "heading" for block in blocks):
        return [Block("text", block.text, page=block.page) for block in blocks]
    return blocks


def _paragraphs(text: str) -> Iterator[Block]:
    for part in re.split(r"\n\s*\n", text):
        lines = [line for line in part.split("\n") if clean(line)]
        if len(lines) == 1 and is_heading(clean(lines[0])):
            yield Block("heading", clean(lines[0]), level=1)
            continue
        for kind, line in _unwrapped(lines):
            yield Block("unit" if kind == "unit" else "text", line)


def is_heading(line: str) -> bool:
    """Whether a line that stands alone may be one."""
    return width(line) <= 80 and not FINISHED.search(line) and not LIST_ITEM.match(line) and "," not in line


def _unwrapped(lines: list[str]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for line in lines:
        if LIST_ITEM.match(line):
            joined.append(("unit", clean(LIST_ITEM.sub("", line, count=1))))
        elif joined and not FINISHED.search(joined[-1][1]) and width(joined[-1][1]) >= WRAPPED_FROM:
            joined[-1] = (joined[-1][0], join_lines(joined[-1][1], clean(line)))
        else:
            joined.append(("text", clean(line)))
    return joined


def join_wrapped(left: str, right: str) -> str:
    """Lines of one paragraph; a word parted at the end of the first one is put together again."""
    if not HYPHEN.search(left) or not right:
        return join_lines(left, right)
    return HYPHEN.sub("" if right[0].islower() else "-", left) + right


def join_lines(left: str, right: str) -> str:
    """With a blank between Latin words and none between Chinese characters, nor beside a Chinese comma."""
    ends = (left[-1:], right[:1])
    wide = any(map(_is_wide, ends)) and all(_is_wide(one) or one in _QUOTES for one in ends)
    beside = ends[0] in _NO_BLANK_BEHIND or ends[1] in _NO_BLANK_BEFORE
    return f"{left}{'' if wide or beside else ' '}{right}".strip()


def _is_wide(letter: str) -> bool:
    return letter > "\u2e80"


def width(line: str) -> int:
    """In columns: a Chinese character takes two."""
    return len(line) if line.isascii() else sum(2 if ord(character) > 0x2E80 else 1 for character in line)
