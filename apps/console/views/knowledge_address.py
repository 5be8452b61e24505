"""Importing from the web: addresses typed into the collection's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput
from apps.knowledge.selectors import collection_get
from apps.knowledge.services import address_import_start

from ..access import needs
from .knowledge import collection_shown


@needs("knowledge.manage")
@require_POST
def address_import(request: HttpRequest, collection: str) -> HttpResponse:
    """One address a line. Where one is refused nothing is imported, and all of them stand in the field again."""
    found = collection_get(collection)
    typed = request.POST.get("addresses", "")
    lines = [(number, word) for number, line in enumerate(typed.splitlines(), 1) for word in line.split()]
    addresses = [word for _number, word in lines]
    try:
        row = address_import_start(actor=actor_from_request(request), collection=found, addresses=addresses)
    except BadInput as error:
        refused = [
            _("Line %(line)d, %(why)s") % {"line": lines[place][0], "why": why}
            for place, why in error.extra.get("refused", ())
        ]
        more = {"typed": typed, "refused": refused or [str(error.message)]}
        return collection_shown(request, found, **more)
    return redirect("console:import", found.slug, row.pk)
