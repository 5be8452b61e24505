"""The chat on other sites: one widget for each."""

from typing import Any
from uuid import UUID, uuid4

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput, NotFound
from apps.widget.inboxes import inbox_find, inbox_save, inboxes
from apps.widget.models import Inbox
from apps.widget.preview import preview_read, preview_sign
from apps.widget.signing import old_secret_end, secret_make

from ..access import needs
from ..forms.errors import errors_of
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
    return _page(request, {"form": form})


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
    }
    return secret_forget(request, _page(request, context))


@needs("widgets.manage")
@require_POST
def widget_preview(request: HttpRequest, page_id: UUID) -> JsonResponse:
    """What the form of `?of=` (an inbox, none for a new one) holds, to be looked at: {"errors"}, or {"stage"}."""
    inbox = inbox_find(_uuid(of)) if (of := request.GET.get("of", "")) else None
    form = WidgetForm(request.POST, inbox=inbox)
    if form.is_valid():
        try:
            token = preview_sign(page_id=page_id, inbox_id=inbox.pk if inbox else None, **form.cleaned_data)
            return JsonResponse({"errors": [], "stage": reverse("console:widget-stage", args=[token])})
        except BadInput as error:
            form.add_error(None, error.message)
    return JsonResponse({"errors": errors_of(form)})


@needs("widgets.manage")
@require_GET
@xframe_options_sameorigin
def widget_stage(request: HttpRequest, token: str) -> HttpResponse:
    """A page like a customer's, with the widget on it as the token says it would be."""
    preview_read(token)
    language = "zh" if request.GET.get("language") == "zh" else "en"
    page = csp_replace({"frame-ancestors": [SELF]})(csp_update({"frame-src": [SELF]})(render))
    response: HttpResponse = page(
        request, "console/widget_stage.html", {"inbox": f"preview/{token}", "language": language}
    )
    return response


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


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form, and beside it the stage on which the widget is seen."""
    response: HttpResponse = csp_update({"frame-src": [SELF]})(render)(
        request, "console/widget.html", context | {"here": "widgets", "page_id": uuid4()}
    )
    return response


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such widget.")) from error


def _saved(request: HttpRequest, inbox_id: UUID | None, form: WidgetForm) -> Inbox | None:
    """None where it could not be saved; the form says why then, and keeps what was typed."""
    try:
        inbox = inbox_save(actor=actor_from_request(request), inbox_id=inbox_id, **form.cleaned_data)
    except BadInput as error:
        form.add_error(None, error.message)
        return None
    messages.success(request, _("Saved. The sites show it so from the next page on."))
    return inbox
