"""The way out for an answer under a policy that may ask classifiers: a sentence leaves once they have seen it."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from apps.core.language import Language

from .asking import findings_of
from .errors import Blocked
from .messages import blocked_message
from .policy import Policy
from .spans import Span, settled, spans
from .verdict import NOT_CHECKED, Finding, Verdict, heaviest
from .window import OutputWindow


@dataclass(frozen=True)
class Whole:
    """A text beside the answer: its place, as a `Finding` says it, and at which character there it `begins`."""

    text: str
    place: str
    begins: int = 0


class AnswerWindow:
    """An `OutputWindow` with the policy's classifiers behind it; without any it is just that and waits for nobody.

    What the checks here have let pass is held until its sentence is complete; the sentences then go to the
    classifiers in one request, and leave when the answer is back. Raises Blocked like the window. An answer that
    `quotes` is made of the documents' own sentences.
    """

    def __init__(
        self, policy: Policy, *, language: Language, allow: frozenset[str] = frozenset(), quotes: bool = False
    ) -> None:
        self._policy, self._language, self._allow, self._quotes = policy, language, allow, quotes
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

    async def wholes(self, texts: Sequence[Whole], *, quoted: bool = True) -> list[str]:
        """Texts that are shown with the answer, such as a source's title, with their masks on; where `quoted`,
        they are the documents' own. Raises Blocked.
        """
        # All are asked about in one request, as if they stood one behind the other.
        shown: list[str] = []
        pieces: list[Span] = []
        ends = [0]
        for whole in texts:
            shown.append(self._whole(whole))
            if self._asked:
                pieces += [span.moved(ends[-1]) for span in spans(shown[-1], self._limit)]
            ends.append(ends[-1] + len(shown[-1]))

        def placed(finding: Finding) -> Finding:
            number = bisect_right(ends, finding.start, hi=len(ends) - 1) - 1
            return replace(finding.moved(texts[number].begins - ends[number]), place=texts[number].place)

        await self._ask(pieces, placed, quoted=quoted)
        return shown

    def _whole(self, whole: Whole) -> str:
        window = self._checks()
        try:
            return window.feed(whole.text) + window.finish()
        except Blocked as blocked:
            self._findings += [replace(f.moved(whole.begins), place=whole.place) for f in blocked.verdict.findings]
            findings = self._with(self._window.verdict()).findings
            message = blocked_message(findings, stage="output", language=self._language)
            raise Blocked(replace(blocked.verdict, findings=findings, message=message)) from None

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
        piece = self._held[:cut]
        asked = spans(piece, self._limit, self._before) if self._asked and piece.strip() else []
        await self._ask(asked, self._placed, quoted=self._quotes)
        self._held = self._held[cut:]
        self._released = self._place(cut)
        self._before = (self._before + piece)[-self._limit :]
        self._places = [(end - cut, place) for end, place in self._places if end > cut]
        return piece

    async def _ask(self, pieces: Sequence[Span], placed: Callable[[Finding], Finding], *, quoted: bool) -> None:
        """`placed` tells where what they find stands."""
        found = await findings_of(self._asked, pieces, quoted=quoted)
        self._findings += map(placed, found)
        # Noted for the rest of this answer: not every sentence shall wait for a classifier that is away.
        away = {finding.version for finding in found if finding.rule == NOT_CHECKED}
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

    def _placed(self, finding: Finding) -> Finding:
        return replace(finding, start=self._place(finding.start), end=self._place(finding.end))

    def _place(self, position: int) -> int:
        """Where in the answer as written a position of the held text is; inside a mask, at its end at most."""
        before = self._released
        for end, place in self._places:
            if position <= end:
                return max(place - (end - position), before)
            before = place
        return before
