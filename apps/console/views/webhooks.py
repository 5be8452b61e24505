"""Webhooks: where other systems are told what happens, and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.core.keyset import page_by_time
from apps.webhooks.selectors import deliveries_of, webhook_find, webhooks
from apps.webhooks.services import (
    delivery_again,
    webhook_change,
    webhook_delete,
    webhook_make,
    webhook_secret_renew,
    webhook_test,
)

from ..access import needs
from ..forms.webhook import WebhookForm
from ..once import redirect_with_secret, secret_forget, secret_made
from ..reading.paging import beyond

PAGE_SIZE = 15


@needs("webhooks.manage")
def webhook_list(request: HttpRequest) -> HttpResponse:
    return render(request, "console/webhooks.html", {"hooks": webhooks(), "here": "webhooks"})


@needs("webhooks.manage")
def webhook_new(request: HttpRequest) -> HttpResponse:
    """POST makes one; its page then shows the secret, this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            hook = webhook_make(actor=actor_from_request(request), **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect_with_secret(request, reverse("console:webhook", args=[hook.pk]), hook.secret)
    return render(request, "console/webhook_new.html", {"form": form, "here": "webhooks"})


@needs("webhooks.manage")
def webhook_page(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """The form, and the last deliveries. POST saves the form."""
    hook = webhook_find(webhook_id)
    form = WebhookForm(request.POST or None, hook)
    if request.method == "POST" and form.is_valid():
        try:
            webhook_change(actor=actor_from_request(request), webhook_id=webhook_id, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("console:webhook", webhook_id)
    cursor = request.GET.get("before", "")
    page = page_by_time(deliveries_of(hook), field="created_at", cursor=cursor, size=PAGE_SIZE)
    context = {
        "hook": hook,
        "form": form,
        "secret": secret_made(request),
        "page": page,
        "after": beyond("", before=page.older),
        "here": "webhooks",
    }
    return secret_forget(request, render(request, "console/webhook.html", context))


@needs("webhooks.manage")
@require_POST
def secret_renew(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    hook = webhook_secret_renew(actor=actor_from_request(request), webhook_id=webhook_id)
    return redirect_with_secret(request, reverse("console:webhook", args=[webhook_id]), hook.secret)


@needs("webhooks.manage")
@require_POST
def test_send(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    webhook_test(actor=actor_from_request(request), webhook_id=webhook_id)
    messages.success(request, _("A test is on its way. What became of it stands below in a few seconds."))
    return redirect("console:webhook", webhook_id)


@needs("webhooks.manage")
@require_POST
def send_again(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    delivery_again(actor=actor_from_request(request), webhook_id=webhook_id, delivery_id=delivery_id)
    messages.success(request, _("It is sent again."))
    return redirect("console:webhook", webhook_id)


@needs("webhooks.manage")
@require_POST
def webhook_remove(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    hook = webhook_delete(actor=actor_from_request(request), webhook_id=webhook_id)
    messages.success(request, _("The webhook “%(name)s” is deleted.") % {"name": hook.name})
    return redirect("console:webhooks")
