"""Help pages to learn from: sections, and the ways in which people ask for each.

`# Title` begins a page; `heading|answer|question|question…` is a section of it; `! question|…` are near the page
but answered nowhere on it. `en: ` before a question says that it is English.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from model_runtime.training.examples.text import sentences_of

ENGLISH = "en:"
SENTENCES = 6  # of an answer are read


@dataclass(frozen=True)
class Section:
    heading: str
    sentences: list[str]
    asked: list[str]


@dataclass
class Page:
    """`place` is where it begins: its file and line. `near` are questions that it does not answer."""

    title: str
    place: str
    sections: list[Section] = field(default_factory=list)
    near: list[str] = field(default_factory=list)


def pages_read(paths: Iterable[Path]) -> list[Page]:
    """All pages of the files, and of the text files in the folders. Raises ValueError, which names each line that
    is wrong and what is wrong with it.
    """
    pages: list[Page] = []
    problems: list[str] = []
    for path in _files(paths):
        first = len(pages)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if problem := _line(line.strip(), f"{path}:{number}", pages, first):
                problems.append(f"{path}:{number}: {problem}")
    problems += [f"{page.place}: {problem}" for page in pages for problem in _page_problems(page)]
    if problems:
        raise ValueError("\n".join(problems))
    return pages


def without(pages: Sequence[Page], kept_out: set[str]) -> list[Page]:
    """The pages without those questions."""

    def kept(texts: list[str]) -> list[str]:
        return [text for text in texts if text not in kept_out]

    return [
        replace(
            page,
            sections=[replace(section, asked=kept(section.asked)) for section in page.sections],
            near=kept(page.near),
        )
        for page in pages
    ]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.txt")) if path.is_dir() else [path]


def _line(line: str, place: str, pages: list[Page], first: int) -> str:
    """Adds what the line says to the pages, of which its file's begin at `first`; what is wrong with it, or ""."""
    if not line:
        return ""
    if line.startswith("#"):
        pages.append(Page(line[1:].strip(), place))
        return "" if pages[-1].title else "a page without a title"
    if len(pages) == first:
        return "it stands before the first title"
    if line.startswith("!"):
        pages[-1].near += filter(None, _asked(line[1:].split("|")))
        return ""
    heading, *rest = (part.strip() for part in line.split("|"))
    sentences = sentences_of(rest[0], "zh")[:SENTENCES] if rest else []
    asked = _asked(rest[1:])
    pages[-1].sections.append(Section(heading, sentences, asked))
    if not heading or not sentences:
        return "a section without a heading or an answer"
    return "" if asked and all(asked) else "a section without a question, or an empty one"


def _asked(texts: Iterable[str]) -> list[str]:
    return [text.strip().removeprefix(ENGLISH).strip() for text in texts]


def _page_problems(page: Page) -> Iterator[str]:
    if len(page.sections) < 2:
        yield "a page of fewer than two sections"
    homes: dict[str, int] = {}
    for number, section in enumerate(page.sections):
        for text in section.asked:
            if homes.setdefault(text, number) != number:
                yield f"“{text}” asks for two sections"
