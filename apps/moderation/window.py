"""A window over an answer on its way out: what could still turn into a blocked or masked span is held back."""

import bisect
import re

from apps.core.language import Language

from .checks.spelled import look_back
from .errors import Blocked
from .judging import judge, masked, open_from
from .messages import blocked_message
from .normal import Normal, normalise
from .policy import Policy
from .verdict import CHECK_FAILED, Finding, Verdict, heaviest

MOST_HIDDEN = 16  # characters in a row that have no width
_NO_WIDTH = (
    "[\\u00ad\\u0300-\\u036f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u20d0-\\u20ff"
    "\\ufe00-\\ufe0f\\ufeff\\U000e0000-\\U000e01ef]"
)
_SURPLUS = re.compile(f"({_NO_WIDTH}{{{MOST_HIDDEN}}}){_NO_WIDTH}+")


class OutputWindow:
    """Feed the pieces of one answer, however they are cut; show only what comes back.

    `allow` holds personal data that the answer's own sources publish (see `published`). Raises Blocked at the first
    blocked span; nothing of the span was returned before, and nothing is returned afterwards. Held back is only the
    end that begins a listed word or may be part of a number or an address; `finish` returns the rest. Of many
    characters without width in a row the first stay.
    """

    def __init__(self, policy: Policy, *, language: Language, allow: frozenset[str] = frozenset()) -> None:
        self._policy, self._language, self._allow = policy, language, allow
        self._released = 0  # characters of the answer as written that have left
        self._before = ""  # the last visible ones of them: neighbours for word boundaries
        self._pending = ""
        self._tail = ""  # of all that came in
        self._findings: list[Finding] = []
        self._blocked: Blocked | None = None

    @property
    def fed(self) -> int:
        """Characters of the answer as written that came in."""
        return self._released + len(self._pending)

    @property
    def released(self) -> int:
        """Characters of the answer as written that left."""
        return self._released

    def publish(self, allow: frozenset[str]) -> None:
        """Personal data that a source found meanwhile publishes."""
        self._allow |= allow

    def feed(self, piece: str) -> str:
        """Adds a piece; returns what may be shown now, perhaps nothing."""
        # Nobody sees what a run of characters without width goes on with: it is left out, not held back.
        tail = self._tail
        seen = _SURPLUS.sub(r"\1", tail + piece)
        self._tail = seen[-MOST_HIDDEN:]
        self._pending += seen[len(tail) :]
        return self._release(final=False)

    def finish(self) -> str:
        """No more pieces: judges and returns the rest."""
        return self._release(final=True)

    def verdict(self) -> Verdict:
        """About all that left so far, complete after `finish`. Its text is empty: the text was streamed."""
        if self._blocked is not None:
            return self._blocked.verdict
        return Verdict(heaviest(self._findings), "", tuple(self._findings), self._policy.number)

    def _release(self, *, final: bool) -> str:
        if self._blocked is not None:
            raise self._blocked
        normal = normalise(self._before + self._pending)
        found = [f.moved(-len(self._before)) for f in judge(self._policy, "output", normal, self._allow)]
        # The neighbours were judged when they were not yet alone.
        found = [f for f in found if f.start >= 0 or f.rule == CHECK_FAILED]
        cut = len(self._pending) if final else self._settled(normal, found)
        settled = [f for f in found if f.end <= cut or f.rule == CHECK_FAILED]
        self._findings += [f.moved(self._released) for f in settled]
        if any(f.action == "block" for f in settled):
            self._block()
        piece, self._pending = self._pending[:cut], self._pending[cut:]
        self._released += len(piece)
        self._before = _neighbours(normal, self._before + piece)
        return masked(piece, settled)

    def _settled(self, normal: Normal, found: list[Finding]) -> int:
        """How much of the pending text no later text can change the judgement of; never the inside of a span."""
        cut = open_from(self._policy, "output", normal) - len(self._before)
        for finding in sorted(found, key=lambda f: f.start, reverse=True):
            if finding.start < cut < finding.end:
                cut = finding.start
        return max(cut, 0)

    def _block(self) -> None:
        message = blocked_message(tuple(self._findings), stage="output", language=self._language)
        self._pending = ""
        self._blocked = Blocked(
            Verdict("block", "", tuple(self._findings), self._policy.number, message),
        )
        raise self._blocked


def _neighbours(normal: Normal, shown: str) -> str:
    """The last visible characters of `shown`, with which `normal` begins."""
    end = bisect.bisect_left(normal.origin, len(shown))
    start = max(0, end - look_back(normal.text[:end]))
    return "".join(shown[index] for index in dict.fromkeys(normal.origin[start:end]))
