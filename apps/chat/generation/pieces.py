"""What an answer is made of on its way out, and what the client is told of each piece."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.moderation.services import Verdict

from .fold import Event


@dataclass(frozen=True)
class Waiting:
    """What judges the question is not ready yet."""


@dataclass(frozen=True)
class Searching:
    """The question passed moderation and the search begins."""


@dataclass(frozen=True)
class Reading:
    """The search is done; `used` passages go to the model. `back` and `apart` are what the rules for short
    questions made of it, as in `searching`. `context` are the words that the question was searched with besides.
    """

    retrieval: Retrieval
    used: int
    back: str = ""
    apart: str = ""
    context: str = ""


@dataclass(frozen=True)
class Answering:
    """The model has begun to speak."""


@dataclass(frozen=True)
class Source:
    """A passage, or a row of a table, or what stands of it on a page, gets its number, before the text that cites
    it. `excerpt` is the sentence that is quoted, `rows` and `pages` the first and the last that it stands in.
    """

    number: int
    passage: RankedPassage
    excerpt: str
    rows: tuple[int, int] | None = None
    pages: tuple[int, int] | None = None


@dataclass(frozen=True)
class Text:
    """A piece of the answer that may be shown."""

    text: str


@dataclass(frozen=True)
class Note:
    """What the client is told beside the text, one of `fold.NOTES`."""

    event: Event


@dataclass(frozen=True)
class Checked:
    """What moderation decided about the question ("input") or the answer ("output")."""

    stage: Literal["input", "output"]
    verdict: Verdict


@dataclass(frozen=True)
class Closing:
    """The last piece: how the answer came out (an `Outcome`), how likely it is right (0 to 1; where nothing is
    quoted how sure the search was), and what it took.

    `timings_ms` holds the runtime's figures too and, of a verbatim answer, `label_logprob`: how sure the model was
    of its first choice, which of a small model says little.
    """

    outcome: str
    confidence: float
    usage: dict[str, int] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)


Doing = Searching | Reading | Answering | Source | Text | Note  # what comes before moderation and the end
Piece = Waiting | Searching | Reading | Answering | Source | Text | Note | Checked | Closing


def printable(text: str) -> str:
    """Without what no database stores: NUL, and halves of surrogate pairs that a careless server may send."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def storable(value: Any) -> bool:
    """Whether the database can store it as JSON: all its text `printable`, its numbers finite."""
    match value:
        case str():
            return printable(value) == value
        case dict():
            return all(map(storable, value.values()))
        case list():
            return all(map(storable, value))
        case float():
            return isfinite(value)
    return True


def source_event(source: Source) -> Event:
    return {"kind": "source"} | source_data(source)


def source_data(source: Source) -> dict[str, Any]:
    """Numbers and the excerpt; the whole passage is fetched when somebody opens it. What stands on no page or in no
    row says so by having no such field.
    """
    passage = source.passage
    where = {
        "page": source.pages and source.pages[0],
        "pages": source.pages and list(source.pages),
        "slides": bool(source.pages) and passage.slides,
        "rows": source.rows and list(source.rows),
    }
    return {
        "number": source.number,
        "passage": str(passage.passage_id),
        "title": passage.title,
        "heading": passage.heading,
        "excerpt": source.excerpt,
    } | {name: value for name, value in where.items() if value}


def source_again(told: Event, passage: RankedPassage) -> Source:
    """A source that was told before, of its passage as it is now."""
    rows, page = told.get("rows"), told.get("page")
    pages = told.get("pages") or ([page, page] if page else None)
    return Source(
        told["number"],
        passage,
        told["excerpt"],
        (rows[0], rows[1]) if rows else None,
        (pages[0], pages[1]) if pages else None,
    )


def event_of(piece: Piece) -> Event | None:
    """The client's event for a piece, or None for what concerns only the server."""
    match piece:
        case Waiting() | Searching() | Answering():
            return {"kind": "status", "status": type(piece).__name__.lower()}
        case Reading(used=used) if used:
            return {"kind": "status", "status": "reading", "passages": used}
        case Source():
            return source_event(piece)
        case Text():
            return {"kind": "delta", "text": piece.text}
        case Note():
            return piece.event
        case _:
            return None
