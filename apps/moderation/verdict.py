"""The words that checks, policies and windows speak in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Stage = Literal["input", "output", "image"]
Action = Literal["allow", "flag", "mask", "block"]
SEVERITY: dict[Action, int] = {"allow": 0, "flag": 1, "mask": 2, "block": 3}


@dataclass(frozen=True)
class Finding:
    """`rule` of `check` matched text[start:end] (characters of the text as written), and `action` followed.

    A classifier's finding has its label for a rule, the label's `probability`, the model `version` that said it,
    and a `reason` when it could not be asked.
    """

    check: str
    rule: str
    action: Action
    start: int
    end: int
    probability: float | None = None
    version: str = ""
    reason: str = ""

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


def heaviest(findings: Iterable[Finding]) -> Action:
    return max((finding.action for finding in findings), key=SEVERITY.__getitem__, default="allow")
