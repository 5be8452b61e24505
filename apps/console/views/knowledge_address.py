"""Importing from the web: addresses typed into the collection's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.knowledge.selectors import collection_get
from apps.knowledge.services import address_import_start

from ..access import needs


@needs("knowledge.manage")
@require_POST
def address_import(request: HttpRequest, collection: str) -> HttpResponse:
    """One address a line."""
    found = collection_get(collection)
    addresses = request.POST.get("addresses", "").split()
    try:
        row = address_import_start(actor=actor_from_request(request), collection=found, addresses=addresses)
    except BadInput as error:
        messages.error(request, str(error.message))
        return redirect("console:collection", found.slug)
    return redirect("console:import", found.slug, row.pk)
