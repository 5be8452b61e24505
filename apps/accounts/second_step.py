"""The second step of signing in: a code of an authenticator app, or a recovery code for when it is lost."""

from datetime import timedelta
from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from axes.helpers import get_cool_off
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.audit.services import audit_record
from apps.core.actor import Actor

from .allauth_parts import compare_user_code, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from .locks import minutes_left
from .models import User, WrongCodes

DIGITS_OF_APP = 6  # recovery codes are longer


class Adapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong. Your authenticator app shows a new one every 30 seconds."),
        "used_code": _("This code was used already. Wait until the app shows the next one, at most 30 seconds."),
        "incorrect_recovery_code": _("This is none of your recovery codes."),
        "used_recovery_code": _("This recovery code was used already; each works once. Take another one."),
    }

    def get_totp_label(self, user: User) -> str:
        return f"{self.get_totp_issuer()}:{user.get_username()}"

    def build_totp_svg(self, url: str) -> str:
        """An element for the page itself: its policy loads no images out of texts."""
        svg: str = super().build_totp_svg(url)
        return mark_safe(svg[svg.index("<svg") :])  # noqa: S308  # drawn by us


def code_use(actor: Actor, user: User, code: str) -> Authenticator:
    """The authenticator that `code` is right for; it is right once. Raises ValidationError, also for the right one
    after as many wrong ones as lock a name, whoever sent them: they all knew the password.
    """
    with transaction.atomic():  # what is counted stays, so nothing is raised in here
        wrong, _made = WrongCodes.objects.select_for_update().get_or_create(user=user)
        left = _locked_for(wrong)
        used = None if left else _taken(actor, user, code)
        if not left:
            wrong.count, wrong.last_at = (0, None) if used else (wrong.count + 1, timezone.now())
            wrong.save()
            if wrong.count == settings.AXES_FAILURE_LIMIT:
                audit_record(actor=actor, action="user.codes_locked", target=f"user:{user.pk}")
                left = _locked_for(wrong)
    if used is None and left:
        minutes = minutes_left(left)
        raise ValidationError(
            ngettext(
                "Too many wrong codes. Try again in %(minutes)s minute.",
                "Too many wrong codes. Try again in %(minutes)s minutes.",
                minutes,
            )
            % {"minutes": minutes}
        )
    if used is None:
        raise Adapter().validation_error(_what_is_wrong(user, code))
    return used


def _locked_for(wrong: WrongCodes) -> timedelta | None:
    """How long no code counts any more; starts the count anew where that is over."""
    left = wrong.last_at + get_cool_off() - timezone.now() if wrong.last_at else timedelta()
    if left <= timedelta():
        wrong.count = 0
    return left if wrong.count >= settings.AXES_FAILURE_LIMIT else None


def _taken(actor: Actor, user: User, code: str) -> Authenticator | None:
    found = {one.type: one for one in Authenticator.objects.select_for_update().filter(user=user)}
    app, kept = found.get(Authenticator.Type.TOTP), found.get(Authenticator.Type.RECOVERY_CODES)
    if app and _shown_by(app, code):
        return app
    if app and kept and kept.wrap().validate_code(code):
        kept.refresh_from_db()
        left = {"left": len(kept.wrap().get_unused_codes())}
        audit_record(actor=actor, action="user.recovery_code", target=f"user:{user.pk}", data=left)
        return kept
    return None


def _what_is_wrong(user: User, code: str) -> str:
    """Why a code was not taken, as the adapter's messages name it. Who sends one knew the password."""
    found = {one.type: one for one in Authenticator.objects.filter(user=user)}
    app, kept = found.get(Authenticator.Type.TOTP), found.get(Authenticator.Type.RECOVERY_CODES)
    if app and half_minute_of(code, decrypt(app.data["secret"])) is not None:
        return "used_code"
    if kept and any(compare_user_code(actual=code, expected=one) for one in kept.wrap().generate_codes()):
        return "used_recovery_code"
    return "incorrect_code" if len("".join(code.split())) <= DIGITS_OF_APP else "incorrect_recovery_code"


def _shown_by(app: Authenticator, code: str) -> bool:
    """Whether the app shows it now, and no later one was used. Remembered in the row: every process sees it."""
    counter = half_minute_of(code, decrypt(app.data["secret"]), after=app.data.get("counter", -1))
    if counter is not None:
        _remember(app, counter)
    return counter is not None


def code_used(user: User, counter: int) -> None:
    """The code that turned the second step on is used, too."""
    _remember(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP), counter)


def _remember(app: Authenticator, counter: int) -> None:
    app.data["counter"] = counter
    app.save(update_fields=["data"])


def half_minute_of(code: str, secret: str, after: int = -1) -> int | None:
    """Which one the app shows the code in, of those about now and `after` a used one; None for a wrong code."""
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_user_code(actual=code, expected=expected):
            return int(counter)
    return None
