"""Keys with which other systems ask the assistants."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.api.keys import key_make, key_revoke, keys

from ..access import needs
from ..forms.key import KeyForm
from ..once import redirect_with_secret, secret_forget, secret_made


@needs("keys.manage")
def key_list(request: HttpRequest) -> HttpResponse:
    """POST makes a key; the page after it shows the token, this once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = key_make(actor=actor_from_request(request), **form.cleaned_data)
        return redirect_with_secret(request, reverse("console:keys"), made.token)
    context = {
        "form": form,
        "token": secret_made(request),
        "keys": keys(),
        "address": request.build_absolute_uri("/v1"),
        "here": "keys",
    }
    return secret_forget(request, render(request, "console/keys.html", context))


@needs("keys.manage")
@require_POST
def key_end(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = key_revoke(actor=actor_from_request(request), key_id=key_id)
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("console:keys")
