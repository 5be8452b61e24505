"""Reading policies and decisions."""

import functools
import json
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from .models import Decision, PolicyVersion
from .policy import DEFAULT_RULES, Policy, policy_compile


def policy_active() -> Policy:
    """The policy in force, compiled. Before anybody published one, the default of this release as number 0."""
    row = PolicyVersion.objects.values_list("number", "rules").first()
    number, rules = row or (0, DEFAULT_RULES)
    return _compiled(number, json.dumps(rules, sort_keys=True))


@functools.lru_cache(maxsize=8)
def _compiled(number: int, rules: str) -> Policy:
    return policy_compile(number, json.loads(rules))


def decisions_for(generation_ids: Iterable[UUID]) -> QuerySet[Decision]:
    """In the order in which they were made."""
    return Decision.objects.filter(generation_id__in=list(generation_ids))


def decisions_worth_a_look() -> QuerySet[Decision, UUID]:
    """The ids of the generations in which anything was found, as a subquery."""
    return Decision.objects.exclude(action="allow").order_by().values_list("generation_id", flat=True)
