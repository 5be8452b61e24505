"""A visitor with manners: asks robots.txt first, takes its time, and comes back later when a site is busy."""

import time
from collections.abc import Callable, Hashable, Mapping

from apps.core.threads import rest

from ..ingest.blocks import Refused
from ..ingest.sniff import MAX_BYTES
from .addresses import Address, address_permit
from .http import AGENT, Answer, fetched
from .robots import MOST_BYTES, Robots, robots_parsed

PAUSE = 0.5  # seconds between two requests to a host
_LONGEST_PAUSE = 10.0  # however long a site would like it
_BUSY_PAUSE = 5.0  # where a busy site does not say
_LONGEST_BUSY = 30.0
_ROBOTS_KEPT = 600.0  # seconds
_BUSY = {429, 503}
_GONE = {404, 410}
_CLOSED = {401, 403, 407, 451}


class Visitor:
    """Of one thread. `now` and `wait` are the clock. `errand` is what it visits for now: a host that cannot be
    reached is tried once for each.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic, wait: Callable[[float], None] = rest) -> None:
        self._now, self._wait = now, wait
        self._robots: dict[str, tuple[float, Robots | None]] = {}
        self._next: dict[str, float] = {}
        self._dead: dict[tuple[Hashable, str], Refused] = {}
        self.errand: Hashable = None

    def forget_dead(self) -> None:
        """Whoever could not be reached may be there again."""
        self._dead.clear()

    def visit(self, address: Address, headers: Mapping[str, str] | None = None, most: int = MAX_BYTES) -> Answer:
        """The page, or with conditional `headers` a 304. Raises Refused for everything else."""
        answer = self._fetch(address, headers, most)
        if answer.status in _BUSY:
            self._next[address.host] = self._now() + _busy_pause(answer)
            answer = self._fetch(address, headers, most)
        match answer.status:
            case 200 | 304:
                return answer
            case status if status in _GONE:
                raise Refused("missing", status=status)
            case status if status in _CLOSED:
                raise Refused("closed", status=status)
            case status if status in _BUSY:
                raise Refused("busy", host=answer.address.host)
            case status:
                raise Refused("status", status=status)

    def _fetch(self, address: Address, headers: Mapping[str, str] | None, most: int) -> Answer:
        return fetched(address, permit=self._permit, headers=headers, most=most)

    def _permit(self, address: Address) -> None:
        address_permit(address)
        robots = self._robots_of(address)
        if robots is None:
            raise Refused("robots_unread", host=address.host)
        if not robots.allows(address.target):
            raise Refused("robots", host=address.host)
        self._pause(address, max(PAUSE, min(robots.delay, _LONGEST_PAUSE)))

    def _pause(self, address: Address, seconds: float) -> None:
        now = self._now()
        self._wait(max(0.0, self._next.get(address.host, now) - now))
        self._next[address.host] = self._now() + seconds

    def _robots_of(self, address: Address) -> Robots | None:
        """None where the site has rules that cannot be read now: then nothing of it is."""
        kept = self._robots.get(address.origin)
        if kept is None or self._now() - kept[0] > _ROBOTS_KEPT:
            kept = self._robots[address.origin] = self._now(), self._robots_asked(address)
        return kept[1]

    def _robots_asked(self, address: Address) -> Robots | None:
        """Each page of a sitemap would wait in vain otherwise, as long as a connection may take."""
        place = self.errand, address.origin
        if refused := self._dead.get(place):
            raise refused
        try:
            return self._robots_read(address)
        except Refused as refused:
            self._dead[place] = refused
            raise

    def _robots_read(self, address: Address) -> Robots | None:
        def permit(hop: Address) -> None:
            address_permit(hop)
            self._pause(hop, PAUSE)

        answer = fetched(Address(address.scheme, address.host, address.port, "/robots.txt"), permit=permit)
        if answer.status == 200:
            return robots_parsed(answer.data[:MOST_BYTES].decode("utf-8-sig", "replace"), AGENT)
        return Robots() if 400 <= answer.status < 500 else None


def _busy_pause(answer: Answer) -> float:
    told = answer.headers.get("retry-after", "")
    return min(float(told), _LONGEST_BUSY) if told.isdecimal() and len(told) < 9 else _BUSY_PAUSE
