"""Files on their way into a collection: start, ask for the offset, send on, finish. JSON and bytes only."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_from_request
from apps.core.middleware import wants_json
from apps.knowledge.models import Import
from apps.knowledge.selectors import collection_get, import_items
from apps.knowledge.services import (
    MOST_FILES,
    import_cancel,
    receive_append,
    receive_finish,
    receive_start,
)

from ..access import needs
from ..asked import text
from ..chunked import chunk_of, declared_files, offset_response
from ..reading.knowledge import splitting_from
from ..reading.knowledge_imports import LONGEST_COLUMN, import_of


@needs("knowledge.manage")
@require_POST
def start(request: HttpRequest, collection: str) -> JsonResponse:
    """{"files": [{"name", "size"}]} -> the import, and where its bytes are sent."""
    _body, files = declared_files(request, MOST_FILES)
    row = receive_start(actor=actor_from_request(request), collection=collection_get(collection), files=files)
    return JsonResponse(_state(row), status=201)


@needs("knowledge.manage")
def state(request: HttpRequest, collection: str, import_id: UUID) -> JsonResponse:
    """For going on after a break."""
    return JsonResponse(_state(import_of(request, collection, import_id)))


@needs("knowledge.manage")
@require_http_methods(["HEAD", "PATCH"])
def stream(request: HttpRequest, collection: str, import_id: UUID) -> HttpResponse:
    """HEAD tells the offset; PATCH appends the body at Upload-Offset, 409 when that is not the offset."""
    row = import_of(request, collection, import_id)
    if request.method == "HEAD":
        return offset_response(row.received, row.size, 200)
    offset, chunk = chunk_of(request)
    row = receive_append(actor=actor_from_request(request), import_id=row.pk, offset=offset, chunk=chunk)
    return offset_response(row.received, row.size, 204)


@needs("knowledge.manage")
@require_POST
def finish(request: HttpRequest, collection: str, import_id: UUID) -> HttpResponse:
    """All is there. For the upload's page, and for the form of the import's page with its options."""
    row = receive_finish(
        actor=actor_from_request(request),
        import_id=import_of(request, collection, import_id).pk,
        question=text(request.POST, "question", longest=LONGEST_COLUMN),
        answer=text(request.POST, "answer", longest=LONGEST_COLUMN),
        prune=bool(request.POST.get("prune")),
        splitting=splitting_from(request.POST),
        looked=bool(request.POST.get("looked")),
    )
    return JsonResponse(_state(row), status=202) if wants_json(request) else _page(collection, row)


@needs("knowledge.manage")
@require_POST
def cancel(request: HttpRequest, collection: str, import_id: UUID) -> HttpResponse:
    """Also of an import that is under way; for the upload's page, and for the button of the import's page."""
    row = import_of(request, collection, import_id)
    row = import_cancel(actor=actor_from_request(request), import_id=row.pk)
    return JsonResponse(_state(row)) if wants_json(request) else _page(collection, row)


def _page(collection: str, row: Import) -> HttpResponse:
    return redirect("console:import", collection, row.pk)


def _state(row: Import) -> dict[str, Any]:
    """What the page's script goes on from. To it the stream is the one file."""
    of = [row.collection.slug, row.pk]
    address = reverse("console:import-stream", args=of)
    return {
        "id": str(row.pk),
        "state": row.state,
        "url": reverse("console:import", args=of),
        "finish": reverse("console:import-finish", args=of),
        "cancel": reverse("console:import-cancel", args=of),
        "files": [{"name": "", "size": row.size, "received": row.received, "address": address}],
        "items": list(import_items(row).values("name", "size")),
    }
