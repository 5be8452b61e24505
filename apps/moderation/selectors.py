"""Reading policies and decisions."""

import functools
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.registry.selectors import Target, target_named

from .classifier import Classifier
from .models import FAILED, Decision, PolicyVersion
from .normal import term_normal
from .own import LONGEST_WORD, MOST_WORDS, OwnRules, is_word, stricter
from .policy import DEFAULT_RULES, Policy, policy_compile
from .reasons import reason_shown
from .verdict import SELF_HARM
from .withholding import Term, Withholding, withholding_of
from .word_files import CATEGORIES, words_written
from .word_lists import Met, Word, terms_shown, word_check, words_listed, words_met, words_stamp

__all__ = [
    "CATEGORIES",
    "LONGEST_WORD",
    "MOST_WORDS",
    "Met",
    "Term",
    "Withholding",
    "Word",
    "classifier_targets",
    "decisions_failed",
    "decisions_for",
    "decisions_self_harm",
    "decisions_worth_a_look",
    "is_word",
    "policy_active",
    "policy_rules",
    "policy_rules_of",
    "policy_versions",
    "reason_shown",
    "withholding_active",
    "words_listed",
    "words_met",
    "words_written",
]


def policy_active(own: OwnRules | None = None) -> Policy:
    """The policy in force, compiled, with the word lists in force, and made stricter by an assistant's `own` rules.
    Before anybody published one, the default of this release as number 0.

    Its classifiers have the targets that their names lead to now; a policy without any asks the registry nothing.
    """
    number, rules = policy_rules()
    policy = _compiled(number, json.dumps(rules, sort_keys=True))
    if stamp := words_stamp():
        policy = policy.with_words(stamp, word_check(stamp))
    if policy.classifiers:
        found = {stage: tuple(map(_found, classifiers)) for stage, classifiers in policy.classifiers.items()}
        policy = replace(policy, classifiers=found)
    return stricter(policy, own) if own else policy


def withholding_active(own: OwnRules | None = None) -> Withholding:
    """What the rules in force, with an assistant's `own`, withhold from answers for its words."""
    policy = policy_active(own).without_classifiers()
    shown = terms_shown(policy.words)
    return withholding_of(policy, {term_normal(word): word for word in own.words} | shown if own else shown)


def policy_rules() -> tuple[int, dict[str, Any]]:
    """Number and rules of the policy in force, as they were published."""
    return PolicyVersion.objects.values_list("number", "rules").first() or (0, DEFAULT_RULES)


def policy_rules_of(number: int) -> dict[str, Any]:
    """Those of a version; 0 is the release's default. Raises NotFound."""
    if not number:
        return DEFAULT_RULES
    found = PolicyVersion.objects.filter(number=number).values_list("rules", flat=True).first()
    if found is None:
        raise NotFound(_("There is no such version of the content rules."))
    return found


def policy_versions() -> QuerySet[PolicyVersion]:
    """Newest first."""
    return PolicyVersion.objects.all()


def classifier_targets() -> list[Target]:
    """The models that the policy in force asks."""
    asked = [classifier for classifiers in policy_active().classifiers.values() for classifier in classifiers]
    return [classifier.target for classifier in asked if classifier.target is not None]


def _found(classifier: Classifier) -> Classifier:
    try:
        return replace(classifier, target=target_named(classifier.model))
    except NotFound:  # a decision will say it; the policy says what then becomes of the text
        return classifier


@functools.lru_cache(maxsize=8)
def _compiled(number: int, rules: str) -> Policy:
    return policy_compile(number, json.loads(rules))


def decisions_for(generation_ids: Iterable[UUID]) -> QuerySet[Decision]:
    """In the order in which they were made."""
    return Decision.objects.filter(generation_id__in=list(generation_ids))


def decisions_worth_a_look() -> QuerySet[Decision, UUID]:
    """The ids of the generations in which anything was found, as a subquery."""
    return _generations(Decision.objects.exclude(action__in=["allow", FAILED]))


def decisions_failed() -> QuerySet[Decision, UUID]:
    """The ids of the generations of which a text could not be judged, as a subquery."""
    return _generations(Decision.objects.filter(action=FAILED))


def _generations(found: QuerySet[Decision]) -> QuerySet[Decision, UUID]:
    return found.order_by().values_list("generation_id", flat=True)


def decisions_self_harm() -> QuerySet[Decision]:
    """Those that stopped a question because who asked may do themselves harm."""
    return Decision.objects.filter(stage="input", findings__contains=[{"rule": SELF_HARM, "action": "block"}])
