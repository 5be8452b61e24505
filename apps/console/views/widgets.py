"""The chat on other sites: one widget for each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.widget.inboxes import inbox_find, inbox_save, inboxes
from apps.widget.models import Inbox
from apps.widget.signing import old_secret_end, secret_make

from ..access import needs
from ..forms.widget import WidgetForm
from ..once import redirect_with_secret, secret_forget, secret_made


@needs("widgets.manage")
def widget_list(request: HttpRequest) -> HttpResponse:
    return render(request, "console/widgets.html", {"inboxes": inboxes(), "here": "widgets"})


@needs("widgets.manage")
def widget_new(request: HttpRequest) -> HttpResponse:
    form = WidgetForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (inbox := _saved(request, None, form)):
        return redirect("console:widget", inbox.pk)
    return render(request, "console/widget.html", {"form": form, "here": "widgets"})


@needs("widgets.manage")
def widget_edit(request: HttpRequest, inbox_id: UUID) -> HttpResponse:
    inbox = inbox_find(inbox_id)
    form = WidgetForm(request.POST or None, inbox=inbox)
    if request.method == "POST" and form.is_valid() and _saved(request, inbox_id, form):
        return redirect("console:widget", inbox_id)
    context = {
        "form": form,
        "inbox": inbox,
        "secret": secret_made(request),
        "script": request.build_absolute_uri("/widget.js"),
        "here": "widgets",
    }
    return secret_forget(request, render(request, "console/widget.html", context))


@needs("widgets.manage")
@require_POST
def widget_secret(request: HttpRequest, inbox_id: UUID) -> HttpResponse:
    """Makes a secret; the page after it shows it, this once."""
    secret = secret_make(actor=actor_from_request(request), inbox_id=inbox_id)
    return redirect_with_secret(request, reverse("console:widget", args=[inbox_id]), secret)


@needs("widgets.manage")
@require_POST
def widget_secret_end(request: HttpRequest, inbox_id: UUID) -> HttpResponse:
    old_secret_end(actor=actor_from_request(request), inbox_id=inbox_id)
    messages.success(request, _("The secret before the newest one is no longer valid."))
    return redirect("console:widget", inbox_id)


def _saved(request: HttpRequest, inbox_id: UUID | None, form: WidgetForm) -> Inbox | None:
    """None where it could not be saved; the form says why then, and keeps what was typed."""
    try:
        inbox = inbox_save(actor=actor_from_request(request), inbox_id=inbox_id, **form.cleaned_data)
    except BadInput as error:
        form.add_error(None, error.message)
        return None
    messages.success(request, _("Saved. The sites show it so from the next page on."))
    return inbox
