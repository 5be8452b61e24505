"""All that an answer quotes of a source: the source itself tells only what was quoted of it first."""

import re
from collections.abc import Iterator
from typing import Any

from apps.core.fences import parts
from apps.core.markdown import CITED

from ..models import Message

Span = tuple[int, int]


def quotes(message: Message, source: dict[str, Any]) -> list[str]:
    """In the passage's order; what stands together is one. Only the excerpt where the passage is not known."""
    excerpt = str(source.get("excerpt", ""))
    passage = _passage(message, str(source.get("passage", "")))
    own = _place(excerpt, passage)
    if own is None:
        return [excerpt] if excerpt else []
    code = {part.text: (part.start, part.end) for part in parts(passage) if part.is_code}
    said = [code.get(piece) or _place(piece, passage) for piece in _pieces(message.text, source["number"])]
    apart: list[Span] = []
    for start, end in sorted([own, *filter(None, said)]):
        if apart and not passage[apart[-1][1] : start].strip():
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return [passage[start:end] for start, end in apart]


def _passage(message: Message, passage_id: str) -> str:
    """As it was when it was quoted."""
    generation = getattr(message, "generation", None)
    found = generation.retrieval.get("passages", []) if generation else []
    return next((str(one["text"]) for one in found if one["passage"] == passage_id and one.get("text")), "")


def _pieces(text: str, number: int) -> Iterator[str]:
    """The lines that end in `[number]`, and the code right behind it."""
    behind = 0
    for part in parts(text):
        if part.is_code:
            if behind == number:
                yield part.text
            continue
        begins = behind = 0
        for cite in CITED.finditer(part.text):
            behind = int(cite[1])
            if behind == number:
                yield from filter(str.strip, part.text[begins : cite.start()].split("\n"))
            begins = cite.end()
        if part.text[begins:].strip():
            behind = 0


def _place(quote: str, passage: str) -> Span | None:
    """Where it stands, whatever blanks and line ends part its words."""
    words = quote.split()
    found = re.search(r"\s*".join(map(re.escape, words)), passage) if words else None
    return found.span() if found else None
