"""The one place that answers "may this person do that". Deny by default."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import NotAllowed

from .models import Role

EVERYONE = frozenset({"", *Role.values})  # "" is a visitor without an account
REVIEW = frozenset({Role.REVIEWER, Role.ADMIN})
OPERATE = frozenset({Role.OPERATOR, Role.ADMIN})

ALLOWED: Mapping[str, frozenset[str]] = {
    "chat.use": EVERYONE,
    "console.use": REVIEW | OPERATE,
    "transcript.read": REVIEW,
    "answers.correct": REVIEW,  # say what was right, and let assistants answer from it
    "conversations.attend": REVIEW,
    "audit.read": REVIEW,
    "evaluation.use": REVIEW | OPERATE,
    "registry.read": REVIEW | OPERATE,
    "registry.upload": OPERATE,
    "registry.move_alias": OPERATE,
    "knowledge.read": REVIEW | OPERATE,
    "knowledge.manage": OPERATE,
    "assistants.manage": OPERATE,
    "keys.manage": OPERATE,
    "webhooks.manage": OPERATE,
    "widgets.manage": OPERATE,
    "policy.manage": OPERATE,
    "people.manage": frozenset({Role.ADMIN}),  # whose name customers read, and who may do what
}


def can(user: Any, verb: str) -> bool:
    """Whether `user` (a User, or an anonymous one) may do `verb`; KeyError for a verb that nobody defined."""
    return role_may(role_of(user), verb)


def role_may(role: str, verb: str) -> bool:
    return role in ALLOWED[verb]


def role_of(user: Any) -> str:
    """Empty for a visitor and for a closed account; a customer's where a second step is needed and missing."""
    if not (user.is_authenticated and user.is_active):
        return ""
    return Role.CUSTOMER.value if user.lacks_second_step else str(user.role)


def audiences_of(role: str) -> frozenset[str]:
    """What people of that role count among: "everyone", with an account "members", with a console "staff"."""
    groups = {"everyone": EVERYONE, "members": EVERYONE - {""}, "staff": ALLOWED["console.use"]}
    return frozenset(name for name, roles in groups.items() if role in roles)


def require(user: Any, verb: str) -> None:
    """Raises NotAllowed unless `user` may do `verb`."""
    if not can(user, verb):
        raise NotAllowed(_("Your account may not do this. Ask an administrator for the role that may."))
