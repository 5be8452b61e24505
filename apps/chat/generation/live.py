"""What one running generation has said and not yet written."""

from collections.abc import Callable, Sequence
from typing import Protocol

from .fold import Event, Folded, fold
from .log import Lease, Line


class News(Protocol):
    def __call__(self, *, urgent: bool) -> None: ...


class LiveLog:
    """Numbers the events and gathers neighbouring text into one. `before` is what the log has of an earlier try.

    `stop_chars` is set once a stop was asked for.
    """

    def __init__(
        self, lease: Lease, before: Sequence[tuple[int, Event]], *, on_stop: Callable[[], None], on_news: News
    ) -> None:
        self.lease = lease
        self.lost = False
        self.stop_chars: int | None = None
        self._on_stop, self._on_news = on_stop, on_news
        self._pending: list[Line] = []
        self._seq = lease.next_seq
        self._events = list(before)
        self._spoken = False

    def say(self, event: Event) -> None:
        """Queues an event. The first words are urgent: somebody waits for them."""
        last = self._pending[-1] if self._pending else None
        if last is not None and event["kind"] == last.event["kind"] == "delta":
            last.event["text"] += event["text"]
        else:
            self._pending.append(self.line(dict(event)))
        urgent = event["kind"] == "delta" and not self._spoken
        self._spoken = self._spoken or urgent
        self._on_news(urgent=urgent)

    def line(self, event: Event) -> Line:
        line = Line(self.lease, self._seq, event)
        self._seq += 1
        return line

    def take(self) -> list[Line]:
        lines, self._pending = self._pending, []
        self._events += [(line.seq, line.event) for line in lines]
        return lines

    def put_back(self, lines: Sequence[Line]) -> None:
        """The lines could not be written: they keep their numbers and wait."""
        self._pending = [*lines, *self._pending]
        del self._events[len(self._events) - len(lines) :]

    def folded(self) -> Folded:
        """The whole answer so far, written or not."""
        return fold([*self._events, *((line.seq, line.event) for line in self._pending)])

    def stop(self, chars: int) -> None:
        if self.stop_chars is None and not self.lost:
            self.stop_chars = chars
            self._on_stop()

    def lose(self) -> None:
        if not self.lost:
            self.lost = True
            self._on_stop()
