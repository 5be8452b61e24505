"""The words that checks, policies and windows speak in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Stage = Literal["input", "output", "image"]
Action = Literal["allow", "flag", "mask", "block"]
# Rules of findings that say nothing of the text: nobody could judge it, and it was blocked, or let pass.
CHECK_FAILED, NOT_CHECKED = "check_failed", "not_checked"
NOT_JUDGED = frozenset({CHECK_FAILED, NOT_CHECKED})
SELF_HARM = "self_harm"
SEVERITY: dict[Action, int] = {"allow": 0, "flag": 1, "mask": 2, "block": 3}


@dataclass(frozen=True)
class Finding:
    """`rule` of `check` matched text[start:end] (characters of the text as written), and `action` followed.

    A classifier's finding has its label for a rule, the label's `probability`, the `least` one for the action, the
    model `version` that said it, and a `reason` when it could not be asked. `place` names a text other than the
    question or answer itself: a source's "title", "heading" or "text", and its passage's id.
    """

    check: str
    rule: str
    action: Action
    start: int
    end: int
    probability: float | None = None
    version: str = ""
    reason: str = ""
    least: float | None = None
    place: str = ""

    @property
    def in_source(self) -> bool:
        """Whether it stands in what a document says, rather than in the question or in words of the answer."""
        return " " in self.place

    def moved(self, by: int) -> "Finding":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True)
class Verdict:
    """The heaviest action of all findings. `text` is the text with masks applied, empty when blocked.

    `message` is what the person is told instead of a blocked text, in their language.
    """

    action: Action
    text: str
    findings: tuple[Finding, ...]
    policy_version: int
    message: str = ""

    @property
    def failed(self) -> bool:
        """Whether the text is blocked only because it could not be judged."""
        return {finding.rule for finding in self.findings if finding.action == "block"} == {CHECK_FAILED}

    @property
    def by_source(self) -> bool:
        """Whether the text is blocked only for what its sources say: a question in other words changes nothing."""
        return blocked_by_source(self.findings)

    @property
    def self_harm(self) -> bool:
        """Whether the text is blocked because who wrote it may do themselves harm."""
        return any(finding.rule == SELF_HARM and finding.action == "block" for finding in self.findings)


def of_the_text(findings: Iterable[Finding]) -> list[Finding]:
    """Those that say something of the text."""
    return [finding for finding in findings if finding.rule not in NOT_JUDGED]


def blocked_by_source(findings: Iterable[Finding]) -> bool:
    """Whether something blocks, and all that does stands in a source."""
    blocking = [finding for finding in findings if finding.action == "block"]
    return bool(blocking) and all(finding.in_source for finding in blocking)


def heaviest(findings: Iterable[Finding]) -> Action:
    return max((finding.action for finding in findings), key=SEVERITY.__getitem__, default="allow")
