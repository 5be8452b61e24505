"""From events back to the answer: the same folding that the browser does."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

Event = dict[str, Any]


@dataclass
class Folded:
    """The answer as far as its lines tell it."""

    text: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Event] = field(default_factory=list)
    last_seq: int = 0


# Events that say something beside the text.
NOTES = {"outline", "paragraphs", "terms", "person", "nearest"}


def text_with(text: str, event: Event) -> str:
    """The answer's text after `event`."""
    return text + event["text"] if event["kind"] == "delta" else event["text"] if event["kind"] == "kept" else text


def fold(lines: Iterable[tuple[int, Event]]) -> Folded:
    folded = Folded()
    said: list[str] = []
    for seq, event in lines:
        folded.last_seq = seq
        if event["kind"] == "delta":
            said.append(event["text"])
        elif event["kind"] == "source":
            folded.sources.append({name: value for name, value in event.items() if name != "kind"})
        elif event["kind"] == "kept":
            said, folded.sources, folded.notes = [event["text"]], list(event["sources"]), list(event["notes"])
        elif event["kind"] in NOTES:
            folded.notes.append(event)
    folded.text = "".join(said)
    return folded


def follows(after_seq: int, seq: int, event: Event) -> bool:
    """Whether a line is the next one for who has all up to `after_seq`: `kept` stands for what was before it."""
    return seq == after_seq + 1 or (seq > after_seq and event["kind"] == "kept")


def kept_event(answer: Folded) -> Event:
    """From here on the answer is this, whatever was said before: what an attempt that goes on begins with."""
    return {"kind": "kept", "text": answer.text, "sources": answer.sources, "notes": answer.notes}


def behind(begun: Folded, answer: Folded) -> Folded:
    """What of `answer` is new since it was `begun`."""
    cited = {source["number"] for source in begun.sources}
    return replace(
        answer,
        text=answer.text[len(begun.text) :],
        sources=[source for source in answer.sources if source["number"] not in cited],
        notes=answer.notes[len(begun.notes) :],
    )


def kept_part(answer: Folded, units: int) -> Folded:
    """What stays of an answer that was stopped when `units` of it had been seen: sources are those still cited."""
    text = seen_part(answer.text, units)
    sources = [source for source in answer.sources if f"[{source['number']}]" in text]
    return replace(answer, text=text, sources=sources)


def utf16_units(text: str) -> int:
    """Its length as JavaScript counts."""
    return len(text.encode("utf-16-le")) // 2


def seen_part(text: str, units: int) -> str:
    """The first `units` UTF-16 units of `text` (as JavaScript counts), no half characters or citations."""
    encoded = text.encode("utf-16-le")[: max(units, 0) * 2]
    part = encoded.decode("utf-16-le", errors="ignore")
    if len(part) == len(text):
        return part
    head, bracket, tail = part.rpartition("[")
    return head.rstrip() if (bracket and tail.isdecimal()) or (bracket and not tail) else part
