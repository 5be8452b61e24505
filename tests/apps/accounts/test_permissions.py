"""Who may do what: the whole table, written down a second time so that a slip shows."""

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import Role, User
from apps.accounts.permissions import ALLOWED, can, require
from apps.core.errors import NotAllowed

EXPECTED = {
    "chat.use": "visitor customer reviewer operator admin",
    "console.use": "reviewer operator admin",
    "transcript.read": "reviewer admin",
    "audit.read": "reviewer admin",
    "registry.read": "reviewer operator admin",
    "registry.upload": "operator admin",
    "registry.move_alias": "operator admin",
    "knowledge.read": "reviewer operator admin",
    "knowledge.manage": "operator admin",
    "assistants.manage": "operator admin",
    "keys.manage": "operator admin",
    "webhooks.manage": "operator admin",
    "widgets.manage": "operator admin",
    "policy.manage": "operator admin",
    "people.manage": "admin",
    "conversations.attend": "reviewer admin",
    "answers.correct": "reviewer admin",
    "evaluation.use": "reviewer operator admin",
}


def person(role: str) -> User | AnonymousUser:
    return AnonymousUser() if role == "visitor" else User(username=role, role=role)


@pytest.mark.parametrize("verb", ALLOWED)
def test_each_verb_is_allowed_to_exactly_these_roles(verb: str) -> None:
    roles = ["visitor", *Role.values]
    assert [role for role in roles if can(person(role), verb)] == EXPECTED[verb].split()


def test_a_deactivated_operator_may_do_nothing_but_what_visitors_may() -> None:
    gone = User(username="gone", role=Role.OPERATOR, is_active=False)
    assert [verb for verb in ALLOWED if can(gone, verb)] == ["chat.use"]


def test_an_unknown_verb_is_a_mistake_and_never_allowed() -> None:
    with pytest.raises(KeyError):
        can(User(role=Role.ADMIN), "everything")


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(NotAllowed, match="administrator"):
        require(person("customer"), "transcript.read")
