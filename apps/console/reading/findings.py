"""What moderation found, with the words that it is about: a decision keeps only their place."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.chat.models import Generation, Outcome
from apps.moderation.models import Decision
from apps.moderation.selectors import words_met
from apps.moderation.verdict import NOT_JUDGED

from .rules import finding_said


@dataclass(frozen=True)
class Found:
    """`finding` as it is stored. `words` are "" where nobody has them any more: what was blocked is not kept.
    `where` says which text they stand in, "" for the question or answer itself; of a source `passage` is what was
    kept of it, else None.
    """

    finding: dict[str, Any]
    words: str
    where: str
    passage: dict[str, Any] | None = None

    @property
    def about(self) -> str:
        """What was found, in the page's language."""
        return finding_said(self.finding["check"], self.finding["rule"])

    @property
    def judged(self) -> bool:
        """Whether it says something of the text, rather than that nobody could judge it."""
        return self.finding["rule"] not in NOT_JUDGED

    @property
    def address(self) -> str:
        """Where the passage stands that they come from, "" for nowhere."""
        if self.passage is None or not self.passage.get("traced"):
            return ""
        return reverse("console:passage", args=[self.passage["passage"]])

    @property
    def listed(self) -> str:
        """The word as a list has it, "" where it is none of the lists' words."""
        met = words_met(self.words) if self.finding["check"] == "words" else []
        return max((word.term for word in met), key=len, default="")


@dataclass(frozen=True)
class Decided:
    """A decision about one text, and what was found in it."""

    decision: Decision
    found: list[Found]


def decided_about(decision: Decision, generation: Generation) -> Decided:
    """`generation` comes with its question and its answer."""
    return Decided(decision, [_found(finding, decision, generation) for finding in decision.findings])


def _found(finding: dict[str, Any], decision: Decision, generation: Generation) -> Found:
    part, _space, passage = finding.get("place", "").partition(" ")
    if passage:
        rows = generation.retrieval.get("passages", [])
        row: dict[str, Any] = next((row for row in rows if row["passage"] == passage), {"passage": passage})
        where = {"title": _("in a source’s title"), "heading": _("in a source’s heading")}
        return Found(finding, _cut(row.get(part) or "", finding), where.get(part, _("in a source")), row)
    if part:
        return Found(finding, "", _("in the outline"))
    return Found(finding, _cut(_text(decision, generation), finding), "")


def _text(decision: Decision, generation: Generation) -> str:
    """The text as it was judged, where it is kept as such: masks move what stands behind them."""
    if decision.stage == "input":
        return generation.question.text
    whole = generation.outcome != Outcome.BLOCKED and decision.action != "mask"
    return generation.answer.text if whole and generation.answer else ""


def _cut(text: str, finding: dict[str, Any]) -> str:
    return text[finding["start"] : finding["end"]].strip()
