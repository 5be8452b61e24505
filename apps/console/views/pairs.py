"""Question-answer pairs that cleaning left out of a collection, and taking them back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, Conflict, Unavailable
from apps.core.pages import answered_in
from apps.knowledge.selectors import collection_get
from apps.knowledge.services import pair_restore

from ..access import needs
from ..asked import text
from ..reading.pairs import pair_page


@needs("knowledge.manage")
def pair_list(request: HttpRequest, collection: str) -> HttpResponse:
    found = collection_get(collection)
    page = pair_page(actor_from_request(request), found, request.GET)
    context = {"collection": found, "page": page, "here": "knowledge"}
    return render(request, "console/knowledge/pairs.html", context)


@answered_in(for_slow_page)
@needs("knowledge.manage")
@require_POST
def pair_back(request: HttpRequest, collection: str, pair_id: UUID) -> HttpResponse:
    """Returns to the page of the list that it was asked on."""
    found = collection_get(collection)
    try:
        pair_restore(actor=actor_from_request(request), pair_id=pair_id)
    except (BadInput, Conflict, Unavailable) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The pair is searched from now on, and after the next import too."))
    query = text(request.POST, "back", longest=1000)
    return redirect(f"{reverse('console:pairs', args=[found.slug])}?{query}")
