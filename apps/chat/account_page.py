"""The page on which somebody deletes their own account."""

from typing import cast

from allauth.account.forms import ReauthenticateForm
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.accounts.actors import actor_from_request
from apps.accounts.models import User
from apps.core.errors import Conflict

from .selectors import conversations_listed
from .services import account_delete


class Confirmation(forms.Form):
    """For who signs in without a password of ours: the user name, typed on purpose."""

    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))

    def __init__(self, data: object = None, *, user: User, auto_id: str) -> None:
        super().__init__(data, auto_id=auto_id)  # type: ignore[arg-type]
        self.username = user.get_username()

    def clean_name(self) -> str:
        if self.cleaned_data["name"] != self.username:
            raise forms.ValidationError(_("This is not your user name."))
        return self.username


@login_required
@never_cache
def delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; POST with the password deletes it and ends every session."""
    user = cast("User", request.user)
    form_class = ReauthenticateForm if user.has_usable_password() else Confirmation
    form = form_class(request.POST or None, user=user, auto_id="%s")
    actor = actor_from_request(request)
    if request.method == "POST" and form.is_valid():
        try:
            account_delete(actor=actor, username=user.get_username())
        except Conflict as error:
            form.add_error(None, str(error.message))
        else:
            logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("account_login")
    return render(
        request, "account/delete.html", {"form": form, "conversations": conversations_listed(actor).count()}
    )
