"""The library's forms, in our words."""

from textwrap import wrap
from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.actor import Actor

from .allauth_parts import SECRET_SESSION_KEY, get_totp_secret
from .models import User
from .second_step import Adapter, code_use, half_minute_of
from .services import MOST_IN_A_NAME


class SignUp(SignupForm):
    """All that is wrong is told at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = _("This is not an email address.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        typed = [self.data.get(self.add_prefix(name)) for name in ("password1", "password2")]
        if all(typed) and typed[0] != typed[1] and "password2" not in self.errors:
            self.add_error("password2", _("The two passwords differ."))
        return cleaned


OF_A_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def code_of(user: User, code: str) -> Authenticator:
    """Uses it, in a form. Raises ValidationError for a wrong one, see `code_use`."""
    ip = context.request.META.get("REMOTE_ADDR", "")
    actor = Actor(user_id=user.pk, label=user.get_username(), role=user.role, ip=ip)
    return code_use(actor, user, code)


class _Code:
    """The library's own check counts in the memory of one process."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs = {**OF_A_CODE, "autofocus": True}

    def clean_code(self) -> str:
        self.authenticator = code_of(self.user, self.cleaned_data["code"])
        self.authenticator.user = self.user
        return str(self.cleaned_data["code"])


class SecondStep(_Code, AuthenticateForm):
    """While signing in."""


class SecondStepAgain(_Code, ReauthenticateForm):
    """Before something that a session left open should not do."""


class SetUpSecondStep(ActivateTOTPForm):
    """Its key stays the session's own until it is used: the page may be opened anew after the code was scanned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        scanned = get_totp_secret()
        super().__init__(*args, **kwargs)
        context.request.session[SECRET_SESSION_KEY] = self.secret = scanned

    def secret_to_type(self) -> str:
        """The key in groups of four, as apps take it, too."""
        return " ".join(wrap(self.secret, 4))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        counter = half_minute_of(code, self.secret)
        if counter is None:  # its time ended just now
            raise Adapter().validation_error("incorrect_code")
        self.counter = counter
        return code


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=MOST_IN_A_NAME, required=False)
