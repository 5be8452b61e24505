"""Going on with an answer that was broken off: it is made again, and what the reader has is not said again.

The model is asked without chance, so it says the same once more; where it does not, the answer ends where it is.
"""

from ..fold import Event, Folded


class Diverged(Exception):
    """What is made now is not how the answer began."""


def unsaid(said: str, text: str) -> str:
    """What of `text` is new to somebody who was told `said` and cannot take it back, as a page can.

    Nothing while what was said comes again. Raises Diverged.
    """
    if not (text.startswith(said) or said.startswith(text)):
        raise Diverged
    return text[len(said) :]


class Onward:
    """Tells what is new. `before` is the answer as far as the log has it."""

    def __init__(self, before: Folded) -> None:
        self._rest = before.text  # of what is there: still to come again
        self._goes_on = bool(before.text)
        self._notes = before.notes
        self._sources = {source["number"]: source for source in before.sources}

    def new(self, event: Event) -> Event | None:
        """The event, or what of its text is new, or None. Raises Diverged."""
        match event["kind"]:
            case "status":
                return None if self._goes_on else event  # "searching" over half an answer would be odd
            case "source":
                return self._source(event)
            case _ if event in self._notes:
                return None
            case "delta" if self._rest:
                return self._text(event)
        if self._rest:
            raise Diverged
        return event

    def finish(self) -> None:
        """The answer is complete. Raises Diverged when it is shorter than what is there."""
        if self._rest:
            raise Diverged

    def _source(self, event: Event) -> Event | None:
        """One that is not there is new even while text comes again: a stop keeps only those that are cited."""
        told = self._sources.get(event["number"])
        if told is None:
            return event
        if told["excerpt"] != event["excerpt"]:  # ids of passages change when a document is imported anew
            raise Diverged
        return None

    def _text(self, event: Event) -> Event | None:
        text, rest = event["text"], self._rest
        if not text.startswith(rest[: len(text)]):
            raise Diverged
        self._rest = rest[len(text) :]
        return {**event, "text": text[len(rest) :]} if len(text) > len(rest) else None
