"""The library's forms, in our words."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.actor import Actor

from .models import User
from .second_step import code_use
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


class _Code:
    """The library's own check counts in the memory of one process."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        self.fields["code"].widget.attrs = attributes

    def clean_code(self) -> str:
        user, code = self.user, self.cleaned_data["code"]
        ip = context.request.META.get("REMOTE_ADDR", "")
        actor = Actor(user_id=user.pk, label=user.get_username(), role=user.role, ip=ip)
        self.authenticator = code_use(actor, user, code)
        self.authenticator.user = user
        return str(code)


class SecondStep(_Code, AuthenticateForm):
    """While signing in."""


class SecondStepAgain(_Code, ReauthenticateForm):
    """Before something that a session left open should not do."""


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=MOST_IN_A_NAME, required=False)
