"""Connecting a model that another server of the OpenAI protocol serves."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_from_request
from apps.core.db import for_slow_page
from apps.core.errors import ApplicationError
from apps.core.pages import answered_in
from apps.inference.services import try_once
from apps.registry.models import Kind
from apps.registry.selectors import target_for
from apps.registry.services import model_register_endpoint

from ..access import needs
from ..forms.endpoint import EndpointForm


@answered_in(for_slow_page)
@needs("registry.upload")
def endpoint_new(request: HttpRequest) -> HttpResponse:
    """POST asks the server once, up to two minutes, and registers what answered."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "kind": Kind(form.cleaned_data["kind"])}
        try:
            version = model_register_endpoint(
                actor=actor_from_request(request),
                **values,
                hosts=settings.MODEL_HOSTS,
                attempt=lambda version: try_once(target_for(version)),
            )
        except ApplicationError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("%(label)s answered and is ready.") % {"label": version.label})
            return redirect("console:version", version.pk)
    context = {"form": form, "hosts": settings.MODEL_HOSTS, "here": "models"}
    return render(request, "console/endpoint_new.html", context)
