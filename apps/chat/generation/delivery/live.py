"""What one running generation has said, and how far its viewers and the log have it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from ..fold import Event, Folded, fold, kept_event
from ..pieces import storable
from .log import Lease, Line


class News(Protocol):
    def __call__(self, *, urgent: bool) -> None: ...


class LiveLog:
    """Numbers the events and gathers neighbouring text into one until it is told. `before` is what the log has.

    Lines are said, then told to the viewers, then written. Behind an earlier attempt, which may have told more than
    it wrote, the first line is `kept`: what stands. `stop_chars` is set once a stop was asked for.
    """

    def __init__(
        self, lease: Lease, before: Sequence[tuple[int, Event]], *, on_stop: Callable[[], None], on_news: News
    ) -> None:
        self.lease = lease
        self.lost = False
        self.stop_chars: int | None = None
        self.written_seq = before[-1][0] if before else 0
        self._on_stop, self._on_news = on_stop, on_news
        self._seq = lease.next_seq
        self._written = list(before)
        self._told: list[Line] = []
        self._said: list[Line] = []
        self._spoken = False
        if lease.epoch > 1:
            self.say(kept_event(fold(before)))

    def say(self, event: Event) -> None:
        """Queues an event. The first words are urgent: somebody waits for them.

        Raises ValueError for what no database stores: its line would keep those of all other answers from being
        written with it, and their signs of life.
        """
        if not storable(event):
            raise ValueError(f"no database stores what this {event['kind']} says")
        last = self._said[-1] if self._said else None
        if last is not None and event["kind"] == last.event["kind"] == "delta":
            last.event["text"] += event["text"]
        else:
            self._said.append(self.line(dict(event)))
        urgent = event["kind"] == "delta" and not self._spoken
        self._spoken = self._spoken or urgent
        self._on_news(urgent=urgent)

    def line(self, event: Event) -> Line:
        line = Line(self.lease, self._seq, event)
        self._seq += 1
        return line

    def tell(self) -> list[Line]:
        """What was said since the last time; from now on it stays as it is."""
        lines, self._said = self._said, []
        self._told += lines
        return lines

    def told(self) -> list[Line]:
        """What viewers may have and the log has not."""
        return list(self._told)

    def write(self, lines: Sequence[Line]) -> None:
        """The log has these now, which are the oldest that were told."""
        del self._told[: len(lines)]
        self._written += [(line.seq, line.event) for line in lines]
        self.written_seq = self._written[-1][0] if self._written else 0

    def folded(self) -> Folded:
        """The whole answer so far."""
        return fold([*self._written, *((line.seq, line.event) for line in (*self._told, *self._said))])

    def stop(self, chars: int) -> None:
        if self.stop_chars is None and not self.lost:
            self.stop_chars = chars
            self._on_stop()

    def lose(self) -> None:
        if not self.lost:
            self.lost = True
            self._on_stop()
