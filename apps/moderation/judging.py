"""Running a policy's checks over a text."""

import logging

from . import disguised
from .checks import Hit
from .checks.personal import compact
from .classifier import NAME
from .normal import Normal
from .policy import Policy
from .verdict import Finding, Stage

logger = logging.getLogger(__name__)
MASK = "•"
_LONGEST_MASK = 8


def judge(policy: Policy, stage: Stage, normal: Normal, allow: frozenset[str] = frozenset()) -> list[Finding]:
    """All findings, in order. A check that breaks blocks everything, and so does one that nobody could ask here."""
    if policy.asking(stage):
        logger.error("a text was judged without the policy's classifiers: ask them, see `verdict_complete`")
        return [policy.failed(NAME, normal.length)]
    findings: list[Finding] = []
    for check in policy.running(stage):
        try:
            hits = disguised.hits_of(check, normal)
        except Exception:  # whatever broke, the text has not been checked: fail closed
            logger.exception("moderation check %s failed", check.name)
            return [policy.failed(check.name, normal.length)]
        findings += [
            Finding(check.name, hit.rule, action, start, end)
            for hit, start, end in hits
            if (action := policy.action(stage, check.name, hit.rule)) != "allow"
            and not (check.name == "personal" and _allowed(normal, hit, allow))
        ]
    return sorted(findings, key=lambda finding: (finding.start, finding.end))


def open_from(policy: Policy, stage: Stage, normal: Normal) -> int:
    """Where in the text as written the part begins that only later text decides; 0 when a check cannot say."""
    try:
        return min((disguised.open_from(check, normal) for check in policy.running(stage)), default=normal.length)
    except Exception:  # as above: what is not known to be settled stays here
        logger.exception("a moderation check failed to tell what is open")
        return 0


def masked(text: str, findings: list[Finding]) -> str:
    """`text` with every span of a mask finding replaced; spans may overlap."""
    pieces, position = [], 0
    for finding in findings:
        if finding.action == "mask" and finding.end > position:
            start = max(position, finding.start)
            if finding.start >= position:
                pieces += [text[position:start], MASK * min(_LONGEST_MASK, finding.end - finding.start)]
            position = finding.end
    return "".join([*pieces, text[position:]])


def _allowed(normal: Normal, hit: Hit, allow: frozenset[str]) -> bool:
    return compact(normal.text[hit.start : hit.end]) in allow
