"""What may be done to accounts."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound

from .models import Role, User


@transaction.atomic
def user_role(*, actor: Actor, username: str, role: str) -> User:
    """Gives an account its role. Raises NotFound for an unknown account and BadInput for an unknown role."""
    if role not in Role.values:
        raise BadInput(_("A role is one of %(roles)s.") % {"roles": ", ".join(Role.values)})
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NotFound(_("There is no account “%(name)s”.") % {"name": username})
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    audit_record(actor=actor, action="user.role", target=f"user:{user.pk}", data={"from": before, "to": role})
    return user
