"""Checking texts, keeping what was decided, and publishing a policy."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import Conflict
from apps.core.language import Language
from apps.core.turn import turn_take
from apps.inference.services import deployment_begin
from apps.registry.models import Kind

from .answer_window import AnswerWindow, Whole
from .asking import findings_of
from .checks.personal import published
from .classifier import classifiers_check
from .errors import Blocked, CheckUnavailable
from .judging import judge, masked
from .messages import blocked_message
from .models import FAILED, Decision, PolicyVersion
from .normal import normalise
from .own import OwnRules
from .policy import IMAGE, TEXTS, Policy, policy_compile
from .selectors import classifier_targets, policy_active, policy_rules
from .spans import Span, spans
from .verdict import Finding, Stage, Verdict, heaviest, of_the_text
from .window import OutputWindow
from .word_changes import word_change, word_remove, words_put
from .word_files import words_read

__all__ = [
    "AnswerWindow",
    "Blocked",
    "CheckUnavailable",
    "Finding",
    "OutputWindow",
    "OwnRules",
    "Policy",
    "Verdict",
    "Whole",
    "check_text",
    "decisions_store",
    "image_check",
    "policy_active",
    "policy_publish",
    "published",
    "text_masked",
    "verdict_complete",
    "word_change",
    "word_remove",
    "words_put",
    "words_read",
]


def check_text(*, text: str, stage: Stage, language: Language, policy: Policy | None = None) -> Verdict:
    """Judges a whole text under `policy`, by default the one in force; `language` is that of the message.

    Under a policy with classifiers it blocks, as it asks none: judge by `policy.without_classifiers()`, and then
    await `verdict_complete`.
    """
    policy = policy or policy_active()
    findings = judge(policy, stage, normalise(text))
    action = heaviest(findings)
    if action == "block":
        message = blocked_message(tuple(findings), stage=stage, language=language)
        return Verdict(action, "", tuple(findings), policy.number, message)
    return Verdict(action, masked(text, findings), tuple(findings), policy.number)


def text_masked(text: str, policy: Policy | None = None) -> str:
    """`text` with every mask that `policy`, by default the one in force, puts on questions or answers.

    For what names a text elsewhere, such as a conversation's title: it is shown where the text itself is not.
    """
    policy = (policy or policy_active()).without_classifiers()
    normal = normalise(text)
    findings = [finding for stage in TEXTS for finding in judge(policy, stage, normal)]
    return masked(text, sorted(findings, key=lambda finding: (finding.start, finding.end)))


async def verdict_complete(
    *, verdict: Verdict, text: str, stage: Stage, language: Language, policy: Policy
) -> Verdict:
    """`verdict`, which the checks here gave about `text`, with what the policy's classifiers say.

    They see the text as it was written, each all of it in one request. Returns at once where there are none.
    """
    asked = policy.asking(stage)
    if not asked or verdict.action == "block":
        return verdict
    found = await findings_of(asked, spans(text, min(classifier.limit for classifier in asked)))
    findings = sorted([*verdict.findings, *found], key=lambda finding: (finding.start, finding.end))
    verdict = replace(verdict, action=heaviest(findings), findings=tuple(findings))
    if verdict.action != "block":
        return verdict
    return replace(verdict, text="", message=blocked_message(verdict.findings, stage=stage, language=language))


async def image_check(*, url: str, language: Language) -> Verdict:
    """What the image classifiers of the policy in force say about the image in a data: URL; `message` is in
    `language`. It is allowed where there are none, and one that cannot be asked counts as the policy says.
    """
    policy = await in_database(policy_active)
    part = {"type": "image_url", "image_url": {"url": url}}
    found = await findings_of(policy.asking(IMAGE), [Span(0, 0, "")], [part])
    action = heaviest(found)
    message = blocked_message(tuple(found), stage=IMAGE, language=language) if action == "block" else ""
    return Verdict(action, "", tuple(found), policy.number, message)


def decisions_store(
    generation_id: UUID, decided: Iterable[tuple[Stage, Verdict]], *, own_version: int | None = None
) -> None:
    """Keeps what was decided about the texts of a generation, by the policy and that version of own rules."""
    Decision.objects.bulk_create(
        Decision(
            generation_id=generation_id,
            stage=stage,
            policy_number=verdict.policy_version,
            own_version=own_version,
            action=_decided(verdict),
            findings=[
                {name: value for name, value in asdict(finding).items() if value not in (None, "")}
                for finding in verdict.findings
            ],
        )
        for stage, verdict in decided
    )


def _decided(verdict: Verdict) -> str:
    found = of_the_text(verdict.findings)
    return heaviest(found) if found or not verdict.findings else FAILED


@transaction.atomic
def policy_publish(*, actor: Actor, rules: object, note: str = "", after: int | None = None) -> PolicyVersion:
    """Adds a version, which is in force from the next text on. `after` is the version that `rules` were made from.

    Raises BadInput for rules that do not compile, and for a classifier or a label that does not exist, and Conflict
    where another version than `after` is in force by now.
    """
    turn_take("policy")
    now, _rules = policy_rules()
    if after not in (None, now):
        text = _(
            "Version %(number)s was published meanwhile, so yours was not. Look at it, then make your change anew."
        )
        raise Conflict(text % {"number": now})
    number = now + 1
    policy = policy_compile(number, rules)
    for stage, classifiers in policy.classifiers.items():
        classifiers_check(classifiers, Kind.IMAGE_CLASSIFIER if stage == IMAGE else Kind.CLASSIFIER)
    version = PolicyVersion.objects.create(number=number, rules=rules, note=note[:300], created_by=actor.label)
    audit_record(actor=actor, action="policy.published", target=f"policy:{number}", data={"note": note[:300]})
    transaction.on_commit(_classifiers_begin)  # else the first to ask would wait for them
    return version


def _classifiers_begin() -> None:
    for target in classifier_targets():
        deployment_begin(target=target)
