"""Code in a text, as Markdown has it: a block between two lines of backticks, with its lines and indentation."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Behind the opening fence may stand a language, which is no part of the code; a blank there makes it prose.
_BLOCK = re.compile(r"^(`{3,})[^\s`]*\n(?P<code>.*?)(?:^\1[ \t]*$|\Z)", re.S | re.M)
_RUN = re.compile("`{3,}")
_TABS_AND_LINES = "\n\t"


class Part(NamedTuple):
    """Prose, or the lines of a block of code, which stands with its fences at `start` to `end` of the text."""

    text: str
    is_code: bool
    start: int
    end: int


def parts(text: str) -> Iterator[Part]:
    """Prose and code in order. A block that is not closed, as at the end of an excerpt, goes to the end."""
    end = 0
    for block in _BLOCK.finditer(text) if "```" in text else ():
        if prose := text[end : block.start()].strip("\n"):
            yield Part(prose, False, end, block.start())
        yield Part(block["code"].removesuffix("\n"), True, *block.span())
        end = block.end()
    if prose := text[end:].strip("\n"):
        yield Part(prose, False, end, len(text))


def holds_code(text: str) -> bool:
    return "```" in text and _BLOCK.search(text) is not None


def fenced(code: str) -> str:
    """A block of the code, between fences that are longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in _RUN.findall(code))])
    return f"{fence}\n{code}\n{fence}"


def on_one_line(text: str) -> str:
    """What a model reads of it: its words without the fences. A text without code stays as it is."""
    return " ".join(" ".join(part.text for part in parts(text)).split()) if holds_code(text) else text


def clean_code(code: str) -> str:
    """Without invisible characters, blanks at the ends of lines, and empty lines around it."""
    visible = "".join(c for c in code if c.isprintable() or c in _TABS_AND_LINES)
    lines = [line.rstrip() for line in visible.split("\n")]
    filled = [place for place, line in enumerate(lines) if line]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""
