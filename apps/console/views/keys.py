"""Keys with which other systems ask the assistants."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.api.keys import MadeKey, key_make, key_revoke, keys

from ..access import needs
from ..forms.key import KeyForm


@needs("keys.manage")
def key_list(request: HttpRequest) -> HttpResponse:
    """POST makes a key and shows its token, this once."""
    form, made = KeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = key_make(actor=actor_from_request(request), **form.cleaned_data)
        form = KeyForm()
    return render(request, "console/keys.html", _context(request, form, made))


@needs("keys.manage")
@require_POST
def key_end(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = key_revoke(actor=actor_from_request(request), key_id=key_id)
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("console:keys")


def _context(request: HttpRequest, form: KeyForm, made: MadeKey | None) -> dict[str, object]:
    address = request.build_absolute_uri("/v1")
    return {"form": form, "made": made, "keys": keys(), "address": address, "here": "keys"}
