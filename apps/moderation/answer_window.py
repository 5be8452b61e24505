"""The way out for an answer under a policy that may ask classifiers: a sentence leaves once they have seen it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from apps.core.language import Language

from .asking import findings_of
from .errors import Blocked
from .messages import blocked_message
from .policy import Policy
from .spans import Span, settled, spans
from .verdict import Finding, Verdict, heaviest
from .window import OutputWindow


class AnswerWindow:
    """An `OutputWindow` with the policy's classifiers behind it; without any it is just that and waits for nobody.

    What the checks here have let pass is held until its sentence is complete; the sentences then go to the
    classifiers in one request, and leave when the answer is back. Raises Blocked like the window.
    """

    def __init__(self, policy: Policy, *, language: Language, allow: frozenset[str] = frozenset()) -> None:
        self._policy, self._language, self._allow = policy, language, allow
        self._window = self._checks()
        self._asked = policy.asking("output")
        self._limit = min((classifier.limit for classifier in self._asked), default=0)
        self._held, self._before = "", ""  # what waits, and what left before it
        # Ends of pieces in the held text, with their places in the answer as written: masks change lengths.
        self._places: list[tuple[int, int]] = []
        self._released = 0
        self._findings: list[Finding] = []
        self._blocked: Blocked | None = None

    @property
    def fed(self) -> int:
        """Characters of the answer as written that came in."""
        return self._window.fed

    @property
    def released(self) -> int:
        """Characters of the answer as written that left."""
        return self._released

    def publish(self, allow: frozenset[str]) -> None:
        """Personal data that a source found meanwhile publishes."""
        self._allow |= allow
        self._window.publish(allow)

    async def feed(self, piece: str) -> str:
        """Adds a piece; returns what may be shown now, perhaps nothing."""
        return await self._release(self._checked(piece), final=False)

    async def finish(self) -> str:
        """No more pieces: judges and returns the rest."""
        return await self._release(self._checked(None), final=True)

    async def wholes(self, texts: Sequence[str]) -> list[str]:
        """Texts that are shown with the answer, such as a source's title, with their masks on. Raises Blocked."""
        shown = []
        for text in texts:
            window = self._checks()
            shown.append(window.feed(text) + window.finish())
        pieces = [span for text in shown for span in spans(text, self._limit)] if self._asked else []
        await self._ask(pieces, lambda _position: self.fed)
        return shown

    def verdict(self) -> Verdict:
        """About all that left so far, complete after `finish`. Its text is empty: the text was streamed."""
        if self._blocked is not None:
            return self._blocked.verdict
        return self._with(self._window.verdict())

    def _checks(self) -> OutputWindow:
        return OutputWindow(self._policy.without_classifiers(), language=self._language, allow=self._allow)

    def _checked(self, piece: str | None) -> str:
        """What the checks of this process let go; None for the end."""
        if self._blocked is not None:
            raise self._blocked
        try:
            return self._window.finish() if piece is None else self._window.feed(piece)
        except Blocked as blocked:
            self._blocked = Blocked(self._with(blocked.verdict))
            raise self._blocked from None

    async def _release(self, text: str, *, final: bool) -> str:
        if not self._asked and not self._held:
            self._released = self._window.released
            return text
        self._held += text
        self._places.append((len(self._held), self._window.released))
        cut = len(self._held) if final or not self._asked else settled(self._held, self._limit)
        await self._ask(spans(self._held[:cut], self._limit, self._before) if self._asked else [], self._place)
        piece, self._held = self._held[:cut], self._held[cut:]
        self._released = self._place(cut)
        self._before = (self._before + piece)[-self._limit :]
        self._places = [(end - cut, place) for end, place in self._places if end > cut]
        return piece

    async def _ask(self, pieces: Sequence[Span], place: Callable[[int], int]) -> None:
        """`place` tells where in the answer what they find stands."""
        found = await findings_of(self._asked, pieces)
        self._findings += [
            replace(finding, start=place(finding.start), end=place(finding.end)) for finding in found
        ]
        # Noted for the rest of this answer: not every sentence shall wait for a classifier that is away.
        away = {finding.version for finding in found if finding.rule == "not_checked"}
        self._asked = tuple(classifier for classifier in self._asked if classifier.name not in away)
        if heaviest(found) == "block":
            findings = self._with(self._window.verdict()).findings
            message = blocked_message(findings, stage="output", language=self._language)
            self._blocked = Blocked(Verdict("block", "", findings, self._policy.number, message))
            raise self._blocked

    def _with(self, verdict: Verdict) -> Verdict:
        """The checks' verdict with what the classifiers found."""
        findings = sorted([*verdict.findings, *self._findings], key=lambda finding: (finding.start, finding.end))
        return replace(verdict, action=heaviest(findings), findings=tuple(findings))

    def _place(self, position: int) -> int:
        """Where in the answer as written a position of the held text is; inside a mask, at its end at most."""
        before = self._released
        for end, place in self._places:
            if position <= end:
                return max(place - (end - position), before)
            before = place
        return before
