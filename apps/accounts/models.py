"""People who sign in. Visitors without an account have only an id in their session."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    REVIEWER = "reviewer", _("Reviewer")
    OPERATOR = "operator", _("Operator")
    ADMIN = "admin", _("Administrator")


class PeopleManager(UserManager["User"]):
    """`createsuperuser` makes an administrator of Parley."""

    def create_superuser(self, username: str, *args: Any, **fields: Any) -> "User":
        return super().create_superuser(username, *args, **{"role": Role.ADMIN, **fields})


class User(AbstractUser):
    """A person with exactly one role; what a role may do stands in `permissions`."""

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CUSTOMER)
    # How often all their sessions were ended at once: part of what each session and each link is checked against.
    signed_out = models.PositiveIntegerField(default=0, db_default=0)

    # From then on the account is being deleted: nobody signs in, and it is gone once all that it holds is.
    leaving_at = models.DateTimeField(null=True)

    objects: ClassVar[PeopleManager] = PeopleManager()

    @cached_property
    def lacks_second_step(self) -> bool:
        """Whether the role gives nothing until its person signs in with a second step."""
        from allauth.mfa.models import Authenticator  # comes after this room

        if self.role == Role.CUSTOMER or self.pk is None or not StaffRule.second_step_is_required():
            return False
        return not Authenticator.objects.filter(user_id=self.pk, type=Authenticator.Type.TOTP).exists()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        known: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return salted_hmac(known, str(self.signed_out)).hexdigest() if self.signed_out else known


class SignUp(models.Model):
    """Whether anybody may make an account. There is one row, from when it is first changed."""

    is_open = models.BooleanField(default=True)


class StaffRule(models.Model):
    """What is asked of everybody with a role in the console. There is one row, from when it is first changed."""

    second_step = models.BooleanField(default=False)

    @classmethod
    def second_step_is_required(cls) -> bool:
        return cls.objects.filter(second_step=True).exists()


class WrongCodes(models.Model):
    """Wrong codes for an account since the last right one, from wherever: each comes after the right password."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
