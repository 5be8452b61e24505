"""What the sign-in library asks of us: who may sign in, and in which words it refuses."""

import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .allauth_parts import get_authentication_records
from .locks import lock_key_of_credentials, minutes_left
from .selectors import sign_up_is_open


class Adapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is wrong."),
        "email_password_mismatch": _("The email address or the password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "too_many_login_attempts": _("Too many wrong passwords from your network. Try again in a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return sign_up_is_open()

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "apps.accounts.waiting.WaitingForCode"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who has to set up a second step does that first."""
        if request.user.lacks_second_step:  # type: ignore[union-attr]
            return reverse("mfa_activate_totp")
        url: str = super().get_login_redirect_url(request)
        return url

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in is not asked for the password again."""
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError, in the form itself, for a name that is locked after too many wrong passwords."""
        if not getattr(request, "axes_locked_out", False):
            return
        request.axes_locked_out = False  # type: ignore[attr-defined]  # else a bare page takes the form's place
        minutes = _until_unlocked(request, lock_key_of_credentials(request, credentials))
        raise ValidationError(
            ngettext(
                "Too many wrong passwords for this name. Try again in %(minutes)s minute.",
                "Too many wrong passwords for this name. Try again in %(minutes)s minutes.",
                minutes,
            )
            % {"minutes": minutes}
        )


def _until_unlocked(request: HttpRequest, key: str) -> int:
    failed = AccessAttempt.objects.filter(username=key, ip_address=request.META.get("REMOTE_ADDR"))
    last = failed.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    left = last + get_cool_off(request) - timezone.now() if last else get_cool_off(request)
    return minutes_left(left)
