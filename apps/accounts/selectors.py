"""What others ask about accounts."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from .models import Role, SignUp, StaffRule, User


def sign_up_is_open() -> bool:
    """Whether anybody may make an account; so it is until an administrator says otherwise."""
    is_open: bool | None = SignUp.objects.values_list("is_open", flat=True).first()
    return is_open is not False


def second_step_is_required() -> bool:
    """Whether staff may do nothing without a second step."""
    return StaffRule.second_step_is_required()


def people() -> QuerySet[User]:
    """All that have an account, and whether they sign in with a second step (`has_second_step`)."""
    apps = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return User.objects.filter(leaving_at=None).annotate(has_second_step=Exists(apps))


def staff() -> QuerySet[User]:
    """Whoever has a role in the console and is not blocked."""
    return User.objects.filter(is_active=True).exclude(role=Role.CUSTOMER)


def staff_without_second_step() -> QuerySet[User]:
    return staff().exclude(authenticator__type=Authenticator.Type.TOTP)
