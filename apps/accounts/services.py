"""What may be done to accounts."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from .links import link_parts
from .locks import lock_key
from .models import Role, SignUp, StaffRule, User, WrongCodes
from .names import user_name_validators
from .selectors import staff_without_second_step
from .sessions import sessions_forget
from .signals import may_otherwise

MOST_IN_A_NAME = 150


@transaction.atomic
def user_create(*, actor: Actor, username: str, role: str) -> User:
    """An account that nobody can sign in to until its person has chosen a password with a link.

    Raises BadInput for a name that cannot be one, or is taken, and for an unknown role.
    """
    _known_role(role)
    try:
        for check in user_name_validators:
            check(username)
    except ValidationError as error:
        raise BadInput(error.messages[0]) from error
    if len(username) > MOST_IN_A_NAME or User.objects.filter(username__iexact=username).exists():
        raise BadInput(_("This user name is taken, or too long."))
    user = User.objects.create(username=username, role=role, password=make_password(None))
    audit_record(actor=actor, action="user.created", target=f"user:{user.pk}", data={"role": role})
    return user


@transaction.atomic
def user_link(*, actor: Actor, username: str) -> dict[str, str]:
    """What stands in the address of a link with which the account's person chooses a password, see `links`.

    Raises NotFound for an unknown account and Conflict for a blocked one.
    """
    user = _locked(username)
    if not user.is_active:
        raise Conflict(_("Unblock this account first."))
    audit_record(actor=actor, action="user.link", target=f"user:{user.pk}")
    return link_parts(user)


@transaction.atomic
def user_block(*, actor: Actor, username: str, blocked: bool) -> User:
    """Shuts an account out, with all its sessions and links, or lets it in again, by signing in anew.

    Raises NotFound for an unknown account and Conflict for the last administrator.
    """
    user = _locked_beside_administrator(username) if blocked else _locked(username)
    if user.is_active == blocked:
        if blocked:
            user.signed_out += 1
        user.is_active = not blocked
        user.save(update_fields=["is_active", "signed_out"])
        may_otherwise.send(User, actor=actor, user=user)
        action = "user.blocked" if blocked else "user.unblocked"
        audit_record(actor=actor, action=action, target=f"user:{user.pk}")
    return user


@transaction.atomic
def user_sign_out(*, actor: Actor, username: str) -> User:
    """Ends all sessions of an account, and the links that were made for it. Raises NotFound."""
    user = _locked(username)
    user.signed_out += 1
    user.save(update_fields=["signed_out"])
    audit_record(actor=actor, action="user.signed_out", target=f"user:{user.pk}")
    return user


@transaction.atomic
def user_close(*, actor: Actor, username: str) -> User:
    """Ends an account for good: its person's own wish, or of a blocked one an administrator's. It is gone, see
    `user_forget`, once what belongs to it is. Raises NotFound, and Conflict for the last administrator and for
    somebody else's that is not blocked.
    """
    user = _locked_beside_administrator(username)
    if user.is_active and user.pk != actor.user_id:
        raise Conflict(_("Block this account first."))
    user.is_active, user.leaving_at, user.signed_out = False, timezone.now(), user.signed_out + 1
    user.save(update_fields=["is_active", "leaving_at", "signed_out"])
    may_otherwise.send(User, actor=actor, user=user)
    data = {"name": user.username, "role": user.role}
    audit_record(actor=actor, action="user.deleted", target=f"user:{user.pk}", data=data)
    return user


def user_forget(user_id: int) -> None:
    """Of an account that was closed the last is deleted, with what its sign-ins left behind."""
    user = User.objects.filter(pk=user_id).exclude(leaving_at=None).first()
    if user is not None:
        for kept in (AccessAttempt, AccessFailureLog, AccessLog):
            kept.objects.filter(username=lock_key(user)).delete()
        sessions_forget(user.pk)
        user.delete()


@transaction.atomic
def second_step_added(*, actor: Actor, username: str) -> User:
    """Somebody signs in with a second step from now on: what was opened without it ends. Raises NotFound for an
    unknown account and Conflict where it has one.
    """
    user = _locked(username)
    if Authenticator.objects.filter(user=user).exists():
        raise Conflict(_("This account has a second step."))
    user.signed_out += 1
    user.save(update_fields=["signed_out"])
    audit_record(actor=actor, action="user.second_step", target=f"user:{user.pk}")
    return user


@transaction.atomic
def second_step_remove(*, actor: Actor, username: str) -> User:
    """Takes the authenticator app and the recovery codes of an account away, and ends all its sessions.

    Raises NotFound for an unknown account and Conflict where it has none.
    """
    user = _locked(username)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Conflict(_("This account has no second step."))
    WrongCodes.objects.filter(user=user).delete()
    user.signed_out += 1
    user.save(update_fields=["signed_out"])
    audit_record(actor=actor, action="user.second_step_removed", target=f"user:{user.pk}")
    return user


@transaction.atomic
def second_step_require(*, actor: Actor, required: bool) -> list[int]:
    """Whether staff may do nothing without a second step from now on; who may do less now, or more again."""
    StaffRule.objects.update_or_create(pk=1, defaults={"second_step": required})
    audit_record(actor=actor, action="second_step.required", target="staff", data={"required": required})
    return list(staff_without_second_step().values_list("pk", flat=True))


@transaction.atomic
def sign_up_set(*, actor: Actor, is_open: bool) -> None:
    """Whether anybody may make an account from now on."""
    SignUp.objects.update_or_create(pk=1, defaults={"is_open": is_open})
    audit_record(actor=actor, action="sign_up.changed", target="sign_up:1", data={"open": is_open})


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
    """Gives an account its role.

    Raises NotFound for an unknown account, BadInput for an unknown role, Conflict for the last administrator.
    """
    _known_role(role)
    user = _locked(username) if role == Role.ADMIN else _locked_beside_administrator(username)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    may_otherwise.send(User, actor=actor, user=user)
    audit_record(actor=actor, action="user.role", target=f"user:{user.pk}", data={"from": before, "to": role})
    return user


def _locked(username: str) -> User:
    """For the rest of the transaction. Raises NotFound for an unknown account."""
    return _one(_there().filter(username=username), username)


def _locked_beside_administrator(username: str) -> User:
    """Like `_locked`, with all administrators, in one order whoever is meant: two who shut each other out at once
    neither both do nor wait for each other. Raises Conflict for the last administrator.
    """
    is_admin = Q(role=Role.ADMIN, is_active=True)
    people = list(_there().filter(is_admin | Q(username=username)).order_by("pk"))
    user = _one((person for person in people if person.username == username), username)
    if [person for person in people if person.role == Role.ADMIN and person.is_active] == [user]:
        raise Conflict(_("This is the last administrator: somebody has to be able to give roles."))
    return user


def _there() -> QuerySet[User]:
    """Who is leaving is not there any more, for whatever is asked. No key changes, so rows that name one of these
    people, such as a message, are written meanwhile.
    """
    return User.objects.select_for_update(no_key=True).filter(leaving_at=None)


def _one(people: Iterable[User], username: str) -> User:
    user = next(iter(people), None)
    if user is None:
        raise NotFound(_("There is no account “%(name)s”.") % {"name": username})
    return user


def _known_role(role: str) -> None:
    if role not in Role.values:
        raise BadInput(_("A role is one of %(roles)s.") % {"roles": ", ".join(Role.values)})
