"""Code in a text, as Markdown has it: a block between two lines of backticks, with its lines and indentation."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# As CommonMark has it: up to three blanks before; behind an opening one may stand anything but a backtick.
_FENCE = re.compile(r"^(?P<indent> {0,3})(?P<run>`{3,})(?P<info>[^`\n]*)$", re.M)
_RUN = re.compile("`{3,}")
_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_WIDE_BLANK = "\u3000"
_BLANK = re.compile(r"[^\S\n\t]")
# Controls, halves of characters, and what has no width; its joiners stay, for emoji and scripts are made with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class Part(NamedTuple):
    """Prose, or the lines of a block of code, which stands with its fences at `start` to `end` of the text."""

    text: str
    is_code: bool
    start: int
    end: int


def parts(text: str, *, cut_off: bool = False) -> Iterator[Part]:
    """Prose and code in order. A fence that nothing closes is prose, but where the text is `cut_off`, as an excerpt
    is, code goes to the end.
    """
    end = 0
    for opening, closing in _blocks(text, cut_off):
        if prose := text[end : opening.start()].strip("\n"):
            yield Part(prose, False, end, opening.start())
        end = closing.end() if closing else len(text)
        code = text[opening.end() + 1 : closing.start() if closing else end].removesuffix("\n")
        if opening["indent"]:
            code = re.sub(f"^ {{1,{len(opening['indent'])}}}", "", code, flags=re.M)
        yield Part(code, True, opening.start(), end)
    if prose := text[end:].strip("\n"):
        yield Part(prose, False, end, len(text))


def _blocks(text: str, cut_off: bool) -> Iterator[tuple[re.Match[str], re.Match[str] | None]]:
    """The opening and the closing fence of each block; None where it is cut off."""
    fences = list(_FENCE.finditer(text)) if "```" in text else []
    longest = [0]  # of those that may close, from each fence on: nobody looks for one that is not there
    for fence in reversed(fences):
        longest.append(max(longest[-1], _closes(fence)))
    longest.reverse()
    place = 0
    while place < len(fences):
        opening, size = fences[place], len(fences[place]["run"])
        place += 1
        if size <= longest[place]:
            while _closes(fences[place]) < size:
                place += 1
            yield opening, fences[place]
            place += 1
        elif cut_off and opening.end() < len(text):
            yield opening, None
            return


def _closes(fence: re.Match[str]) -> int:
    """Of how many backticks an opening fence may be that this one closes."""
    return 0 if fence["info"].strip() else len(fence["run"])


def holds_code(text: str) -> bool:
    return any(True for _ in _blocks(text, False))


def fenced(code: str) -> str:
    """A block of the code, between fences that are longer than any run of backticks in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in _RUN.findall(code))])
    return f"{fence}\n{code}\n{fence}"


def on_one_line(text: str) -> str:
    """What a model reads of it: its words without the fences. A text without code stays as it is."""
    return " ".join(" ".join(part.text for part in parts(text)).split()) if holds_code(text) else text


def clean_code(code: str) -> str:
    """Without invisible characters, blanks at the ends of lines, and empty lines around it; every blank is a plain
    one, for a shell knows no other.
    """
    visible = _UNSEEN.sub("", _BREAK.sub("\n", code)).replace(_WIDE_BLANK, "  ")
    lines = [line.rstrip() for line in _BLANK.sub(" ", visible).split("\n")]
    filled = [place for place, line in enumerate(lines) if line]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""
