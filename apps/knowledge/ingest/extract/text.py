"""Plain text: blank lines part paragraphs, a lone short line is a heading, hard-wrapped lines are joined again."""

import re
from collections.abc import Callable, Iterable, Iterator

from apps.core.fences import Part, clean_code, parts

from ..blocks import Block, Extracted, clean
from ..decode import decode
from .numbering import number_of
from .typed_steps import begins_item, numbered_steps, unlisted

FINISHED = re.compile(r"[.!?:;。！？：；…][”’\"')）」』]*$")
HYPHEN = re.compile(r"(?<=\w)[\ufffe\u00ad-]$")  # where a PDF parts a word at the end of a line
_QUOTES = set("“”‘’…—·")
_NO_BLANK_BEHIND, _NO_BLANK_BEFORE = set("，。、；：？！（《「『【〈"), set("，。、；：？！）》」』】〉")
_RULE = re.compile(r"[=~*_—-]{3,}")  # drawn with signs, below a heading or between parts
_LONGEST, _LONGEST_COUNTED = 80, 60  # columns of a heading
_LEAST_TOPPED, _LONGEST_TOP = 2, 30  # sections, and columns of a heading with no blank line below it
WRAPPED_FROM = 40  # a line shorter than this did not end because the page was full


def extract(data: bytes) -> Extracted:
    blocks = numbered_steps([block for part in parts(decode(data)) for block in _blocks(part)])
    if len(blocks) > 1 and (blocks[0].kind, blocks[0].level) == ("heading", 1) and not number_of(blocks[0].text):
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
    parts = [[line for line in part.split("\n") if clean(line)] for part in re.split(r"\n\s*\n", text)]
    parts = [lines for lines in parts if lines]
    topped = sum(map(_is_topped, parts)) >= _LEAST_TOPPED
    above = ""
    for part, below in zip(parts, [*parts[1:], []], strict=False):
        lines, at = part, 0
        counted = below and not begins_item(above) and _is_counted(lines[0], below[0])
        above = lines[-1]
        titled = part is parts[0] and topped and _is_title(clean(lines[0]))
        if len(lines) == 1 and (is_heading(clean(lines[0])) or counted or titled):
            yield _heading(lines[0])
            continue
        if topped and _is_topped(lines):
            yield Block("heading", clean(lines[0]), level=2)
            at = 1
        while at + 1 < len(lines) and (_is_underlined(*lines[at : at + 2]) or _is_counted(*lines[at : at + 2])):
            yield _heading(lines[at])
            at += 1
        for kind, line in _unwrapped([line for line in lines[at:] if not _RULE.fullmatch(line.strip())]):
            yield Block("unit" if kind == "unit" else "text", line)


def _heading(line: str) -> Block:
    number = number_of(clean(line))
    return Block("heading", clean(line), level=max(1, number.depth) if number and not number.single else 1)


def _is_topped(lines: list[str]) -> bool:
    """Whether a short line stands right above whole sentences. One alone may be anything, several are headings."""
    if len(lines) == 1:
        return False
    top, below = clean(lines[0]), width(clean(lines[1]))
    return (
        is_heading(top)
        and not number_of(top)
        and not begins_item(lines[1])
        and width(top) <= _LONGEST_TOP
        and below >= max(WRAPPED_FROM, 2 * width(top))
        and bool(FINISHED.search(lines[-1].strip()))
    )


def _is_title(line: str) -> bool:
    """Of a text with headings the lone first line, which may hold a comma: "Closures, winter 2026"."""
    return is_heading(line.replace(", ", " ")) and not line.endswith(",")


def _is_underlined(line: str, below: str) -> bool:
    return (
        bool(_RULE.fullmatch(below.strip()))
        and width(clean(line)) <= _LONGEST
        and not FINISHED.search(line.strip())
    )


def _is_counted(line: str, below: str) -> bool:
    """Whether its number makes a heading of a line, and no item of a list: none stands below it."""
    number = number_of(clean(line))
    if number is None or number.bare or FINISHED.search(clean(line)) or width(clean(line)) > _LONGEST_COUNTED:
        return False
    return number_of(clean(below)) is None and not begins_item(below) and not number.weak


def is_heading(line: str) -> bool:
    """Whether a line that stands alone may be one."""
    return width(line) <= _LONGEST and not FINISHED.search(line) and not begins_item(line) and "," not in line


def _unwrapped(lines: list[str]) -> Iterator[tuple[str, str]]:
    kind, own, columns = "text", list[str](), 0
    for line in lines:
        item, said = begins_item(line), clean(unlisted(line))
        if not item and own and not FINISHED.search(own[-1]) and columns >= WRAPPED_FROM:
            own.append(said)
            columns += width(said)
            continue
        if own:
            yield kind, "".join(joined(own, join_lines))
        kind, own, columns = "unit" if item else "text", [said], width(said)
    if own:
        yield kind, "".join(joined(own, join_lines))


def joined(lines: Iterable[str], join: Callable[[str, str], str]) -> list[str]:
    """Of each line what it says in the paragraph that they make, with the blank behind it. `join` is asked for two
    neighbours at a time, for the end of one alone decides: the time grows with the lines.
    """
    parts: list[str] = []
    for line in lines:
        if parts:
            before = join(parts[-1], line).removesuffix(line)
            parts[-1] = clean(before) + " " * before.endswith(" ")
        parts.append(line)
    return parts


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
