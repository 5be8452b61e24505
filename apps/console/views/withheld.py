"""Words of the documents that the content rules withhold from answers: asked for once a page stands."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from apps.accounts.permissions import require
from apps.chat.selectors import assistant_find
from apps.core.db import for_long_look
from apps.core.middleware import wants_json
from apps.core.pages import answered_in
from apps.knowledge.selectors import access_document, collection_get
from apps.moderation.selectors import withholding_active
from apps.moderation.services import OwnRules

from ..access import needs
from ..reading.withheld import withheld_in_collection, withheld_in_document


@answered_in(for_long_look)
@needs("knowledge.read")
def document_withheld(request: HttpRequest, document_id: UUID) -> HttpResponse:
    document = access_document(request.user, document_id)
    return _told(request, {"withheld": withheld_in_document(document, withholding_active()), "document": document})


@answered_in(for_long_look)
@needs("knowledge.manage")
def collection_withheld(request: HttpRequest, collection: str) -> HttpResponse:
    """With `?assistant=` also by the words that this one blocks itself."""
    found, slug = collection_get(collection), request.GET.get("assistant", "")
    own = None
    if slug:
        require(request.user, "assistants.manage")
        assistant = assistant_find(slug)
        own = OwnRules(tuple(assistant.blocked_words), assistant.strict)
    withheld = withheld_in_collection(found, withholding_active(own))
    return _told(request, {"withheld": withheld, "collection": found, "assistant": slug})


def _told(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """What takes its place in a page that asks for it; a page of its own to who follows the address."""
    if wants_json(request):
        return JsonResponse({"html": render_to_string("console/knowledge/_withheld.html", context, request)})
    return render(request, "console/knowledge/withheld.html", context | {"here": "knowledge"})
