"""The numbered sources of an answer, and where each stands."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Quoted:
    """`pages`, which may be `slides`, and `rows` are the first and the last; `address` is that of its place, "" for
    nowhere.
    """

    number: int
    title: str
    heading: str
    pages: list[int] | None
    rows: list[int] | None
    slides: bool
    address: str


def quoted(sources: Sequence[dict[str, Any]], traced: Container[str] | None = None) -> list[Quoted]:
    """Those whose passage is not among `traced`, where that is given, lead nowhere."""
    return [
        Quoted(
            source["number"],
            source["title"],
            source["heading"],
            _pages(source),
            source.get("rows"),
            source.get("slides", False),
            source_address(source) if traced is None or source["passage"] in traced else "",
        )
        for source in sources
    ]


def _pages(source: dict[str, Any]) -> list[int] | None:
    """Of an older answer the one page that its passage was noted by."""
    page = source.get("page")
    return source.get("pages") or ([page, page] if page else None)


def source_address(source: dict[str, Any]) -> str:
    """The passage that a source names, at its row."""
    rows = source.get("rows")
    return reverse("console:passage", args=[source["passage"]]) + (f"?row={rows[0]}" if rows else "")
