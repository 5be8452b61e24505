"""What may be done to accounts."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound

from .models import Role, User

MOST_IN_A_NAME = 150


@transaction.atomic
def user_name(*, actor: Actor, username: str, name: str) -> User:
    """Gives an account the full name that customers read when its person answers them; empty takes it away.

    Raises NotFound for an unknown account and BadInput for a name that is no line of at most 150 characters.
    """
    name = " ".join(name.split())
    if len(name) > MOST_IN_A_NAME or not name.isprintable():
        raise BadInput(_("A name is one line of at most %(most)s characters.") % {"most": MOST_IN_A_NAME})
    user = _locked(username)
    before = user.get_full_name()
    if name != before:
        user.first_name, user.last_name = name, ""  # what stands first in a name differs, so it is kept whole
        user.save(update_fields=["first_name", "last_name"])
        data = {"from": before, "to": name}
        audit_record(actor=actor, action="user.name", target=f"user:{user.pk}", data=data)
    return user


@transaction.atomic
def user_role(*, actor: Actor, username: str, role: str) -> User:
    """Gives an account its role. Raises NotFound for an unknown account and BadInput for an unknown role."""
    if role not in Role.values:
        raise BadInput(_("A role is one of %(roles)s.") % {"roles": ", ".join(Role.values)})
    user = _locked(username)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    audit_record(actor=actor, action="user.role", target=f"user:{user.pk}", data={"from": before, "to": role})
    return user


def _locked(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NotFound(_("There is no account “%(name)s”.") % {"name": username})
    return user
