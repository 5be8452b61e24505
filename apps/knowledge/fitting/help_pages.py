"""Help pages with questions that their headings answer, in other words: `help_zh.txt`, written for this.

`# Title` begins a page, `heading|answer|question|question…` is a section of it.
"""

from dataclasses import dataclass
from pathlib import Path

from ..ingest.blocks import Extracted
from ..ingest.extract import EXTRACTORS

PAGES = Path(__file__).parent / "help_zh.txt"


@dataclass(frozen=True)
class Rewording:
    """A question, and the heading that answers it on the page of that number."""

    question: str
    page: int
    heading: str


def help_pages(path: Path = PAGES) -> tuple[list[Extracted], list[Rewording]]:
    """The pages as their reader makes them, and what is asked of them, but of headings that a page has twice."""
    pages: list[tuple[str, list[list[str]]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            pages.append((line, []))
        else:
            pages[-1][1].append(line.split("|"))
    asked = [
        Rewording(question, number, heading)
        for number, (_, sections) in enumerate(pages)
        for heading, _, *questions in sections
        if [other[0] for other in sections].count(heading) == 1
        for question in questions
    ]
    texts = ["\n\n".join([title, *(f"## {one[0]}\n\n{one[1]}" for one in sections)]) for title, sections in pages]
    return [EXTRACTORS["md"](text.encode()) for text in texts], asked
