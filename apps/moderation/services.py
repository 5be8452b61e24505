"""Checking texts, keeping what was decided, and publishing a policy."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.language import Language

from .checks.personal import published
from .errors import Blocked
from .judging import judge, masked
from .messages import blocked_message
from .models import Decision, PolicyVersion
from .normal import normalise
from .policy import Policy, policy_compile
from .selectors import policy_active
from .verdict import Finding, Stage, Verdict, heaviest
from .window import OutputWindow

__all__ = [
    "Blocked",
    "Finding",
    "OutputWindow",
    "Policy",
    "Verdict",
    "check_text",
    "decision_store",
    "policy_active",
    "policy_publish",
    "published",
]


def check_text(*, text: str, stage: Stage, language: Language, policy: Policy | None = None) -> Verdict:
    """Judges a whole text under `policy`, by default the one in force; `language` is that of the message."""
    policy = policy or policy_active()
    findings = judge(policy, stage, normalise(text))
    action = heaviest(findings)
    if action == "block":
        message = blocked_message(tuple(findings), stage=stage, language=language)
        return Verdict(action, "", tuple(findings), policy.number, message)
    return Verdict(action, masked(text, findings), tuple(findings), policy.number)


def decision_store(*, generation_id: UUID, stage: Stage, verdict: Verdict) -> Decision:
    """Keeps what was decided about one text of a generation."""
    findings = [
        {"check": f.check, "rule": f.rule, "action": f.action, "start": f.start, "end": f.end}
        for f in verdict.findings
    ]
    return Decision.objects.create(
        generation_id=generation_id,
        stage=stage,
        policy_number=verdict.policy_version,
        action=verdict.action,
        findings=findings,
    )


@transaction.atomic
def policy_publish(*, actor: Actor, rules: object, note: str = "") -> PolicyVersion:
    """Adds a version, which is in force from the next text on. Raises BadInput for rules that do not compile."""
    number = (PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    policy_compile(number, rules)
    version = PolicyVersion.objects.create(number=number, rules=rules, note=note[:300], created_by=actor.label)
    audit_record(actor=actor, action="policy.published", target=f"policy:{number}", data={"note": note[:300]})
    return version
