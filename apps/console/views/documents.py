"""Documents: one with its passages, its text as a file, its name, and taking some out of their collection."""

from pathlib import PurePosixPath
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput, NotFound
from apps.knowledge.selectors import (
    access_document,
    collection_get,
    document_original,
    document_text,
    documents,
    edits_replaced,
)
from apps.knowledge.services import document_rename, documents_delete, split_anew

from ..access import needs
from ..asked import page_number, text
from ..reading.passages import document_languages, passage_page

MOST = 100  # documents that are deleted at once, and replaced edits that are shown


@needs("knowledge.read")
def document_page(request: HttpRequest, document_id: UUID) -> HttpResponse:
    document = access_document(request.user, document_id)
    context = {
        "document": document,
        "collection": document.collection,
        "page": passage_page(document, page_number(request.GET)),
        "languages": document_languages(document),
        "original": document_original(document),
        "edits_replaced": edits_replaced(document)[:MOST],
        "here": "knowledge",
    }
    return render(request, "console/knowledge/document.html", context)


@needs("knowledge.read")
def document_file(request: HttpRequest, document_id: UUID) -> StreamingHttpResponse:
    """Its text as it was read, to look at or to keep."""
    document = access_document(request.user, document_id)
    name = f"{PurePosixPath(document.name).stem or 'document'}.md"
    headers = {"Content-Disposition": content_disposition_header(False, name) or "inline"}
    text = document_text(document)
    return StreamingHttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@needs("knowledge.read")
def document_original_file(request: HttpRequest, document_id: UUID) -> FileResponse:
    """The file that it was made of, to keep: a browser never shows it in our name."""
    original = document_original(access_document(request.user, document_id))
    if original is None:
        raise NotFound(_("The original of this document was not kept. Import it again to have it."))
    response = FileResponse(
        original.path.open("rb"),
        as_attachment=True,
        filename=original.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs("knowledge.manage")
@require_POST
def document_split(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Cuts it from its original as its collection says now."""
    document = access_document(request.user, document_id)
    row = split_anew(actor=actor_from_request(request), collection=document.collection, document_ids=[document.pk])
    return redirect("console:import", document.collection.slug, row.pk)


@needs("knowledge.manage")
@require_POST
def document_name(request: HttpRequest, document_id: UUID) -> HttpResponse:
    name = text(request.POST, "name", longest=500)
    renamed = document_rename(actor=actor_from_request(request), document_id=document_id, name=name)
    messages.success(request, _("The document is named “%(name)s” now.") % {"name": renamed.name})
    return redirect("console:document", document_id)


@needs("knowledge.manage")
@require_POST
def document_remove(request: HttpRequest, collection: str) -> HttpResponse:
    """Shows which documents would go; with `sure` they do."""
    found = collection_get(collection)
    chosen = documents(found).filter(pk__in=_ids(request.POST.getlist("document")))
    if not chosen:
        raise BadInput(_("Choose the documents first."))
    if not request.POST.get("sure"):
        context = {"collection": found, "documents": chosen, "here": "knowledge"}
        return render(request, "console/knowledge/delete.html", context)
    count = documents_delete(actor=actor_from_request(request), document_ids=[row.pk for row in chosen])
    said = ngettext("%(count)d document is deleted.", "%(count)d documents are deleted.", count)
    messages.success(request, said % {"count": count})
    return redirect("console:collection", collection)


def _ids(values: list[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in values[:MOST]]
    except ValueError as error:
        raise BadInput(_("Choose the documents first.")) from error
