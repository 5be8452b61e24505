"""What a session that was left open may not do by itself: its person confirms it, or has just signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.errors import Conflict

from .forms import OF_A_CODE, code_of
from .models import User

View = Callable[..., HttpResponseBase]


def signed_in_lately(view: View) -> View:
    """Sends who has neither password nor second step here, so that no form can ask for it, to single sign-on once
    more, unless they have just come from there. Raises Conflict where there is none any more.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        adapter = get_adapter(request)
        asks_itself = bool(adapter.get_reauthentication_methods(request.user))
        if asks_itself or not adapter.is_reauthentication_required(app=""):
            return view(request, *args, **kwargs)
        if not settings.SSO_ISSUER:
            raise Conflict(_("Sign out and in again first."))
        return redirect(f"{reverse('openid_connect_login')}?{urlencode({'next': request.path})}")

    return asked


def confirmation(user: User, data: Any = None) -> forms.Form:
    """The form that asks for the password, or else for the user name, and of who has a second step for a code."""
    form_class = ByPassword if user.has_usable_password() else ByName
    form: forms.Form = form_class(data, user=user, auto_id="%s")
    return form


class _CodeAsWell(forms.Form):
    """A code is looked at, and so used, only once all else is right."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_mfa_enabled(self.user, [Authenticator.Type.TOTP]):
            self.fields["code"] = forms.CharField(widget=forms.TextInput(attrs=OF_A_CODE))

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not self.errors:
            code_of(self.user, code)
        return code


class _Named(forms.Form):
    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self) -> str:
        name: str = self.user.get_username()
        if self.cleaned_data["name"] != name:
            raise forms.ValidationError(_("This is not your user name."))
        return name


class ByPassword(_CodeAsWell, ReauthenticateForm):
    """Wrong passwords are counted as on the sign-in."""


class ByName(_CodeAsWell, _Named):
    """Of who signs in without a password of ours: the user name, typed on purpose."""
