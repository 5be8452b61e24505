"""Code in a document: never cut like prose, and quoted with the sentence that stands before it."""

from collections.abc import Iterator

from apps.core.fences import fenced, parts

from .sentences import Span, split_sentences
from .steps import without_marks

LONGEST = 2_000  # characters of a block, which stays whole whatever the size of passages


def code_blocks(code: str) -> Iterator[str]:
    """The code between fences; where it is longer than `LONGEST` several blocks, cut at an empty line, else at the
    end of a line, and within a line only where that is longer still.
    """
    lines: list[str] = []
    size = gap = 0  # of `lines`; how many stand before the last empty one
    for line in _short_lines(code):
        while lines and size + len(line) > LONGEST:
            kept = gap or len(lines)
            yield fenced("\n".join(lines[:kept]).strip("\n"))
            lines = lines[kept + 1 :]
            size, gap = sum(len(one) + 1 for one in lines), 0
        if not line:
            gap = len(lines)
        if line or lines:
            lines.append(line)
            size += len(line) + 1
    if rest := "\n".join(lines).strip("\n"):
        yield fenced(rest)


def _short_lines(code: str) -> Iterator[str]:
    for line in code.split("\n"):
        yield from (line[at : at + LONGEST] for at in range(0, len(line) or 1, LONGEST))


def quotable(text: str) -> list[Span]:
    """The sentences of a text that may hold code between fences: that is one with the sentence before it."""
    spans: list[Span] = []
    joins = False  # whether the last of them may have code behind it
    for part in parts(text):
        if part.is_code:
            start = spans.pop()[0] if joins else part.start
            spans.append((start, part.end))
            joins = False
        else:
            prose = text[part.start : part.end]
            found = without_marks(prose, split_sentences(prose))
            spans += [(part.start + start, part.start + end) for start, end in found]
            joins = bool(found) or joins
    return spans
