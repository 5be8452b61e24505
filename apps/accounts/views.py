"""What people change about their own account."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actors import actor_from_request
from .services import MOST_IN_A_NAME, user_name


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=MOST_IN_A_NAME, required=False)


@login_required
def own_name(request: HttpRequest) -> HttpResponse:
    """The full name of who is signed in."""
    form = NameForm(request.POST or None, auto_id="%s", initial={"name": request.user.get_full_name()})  # type: ignore[union-attr]
    if request.method == "POST" and form.is_valid():
        user_name(
            actor=actor_from_request(request), username=request.user.get_username(), name=form.cleaned_data["name"]
        )
        messages.success(request, _("Your name is saved."))
        return redirect("account_name")
    response = render(request, "account/name.html", {"form": form})
    add_never_cache_headers(response)
    return response
