"""Imports into a collection: their list, a new one, what became of its files, and a file as it would be cut."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput, Conflict, NotFound
from apps.knowledge.models import Import, ImportItem, ImportState
from apps.knowledge.selectors import collection_get, import_items, import_limits
from apps.knowledge.services import import_preview, import_retry

from ..access import needs
from ..asked import text
from ..reading.knowledge_imports import LONGEST_COLUMN, ImportPage, import_of, import_page, imports_shown
from ..words import import_strings

SHOWN = 30  # imports
PIECES = 50  # of a preview


@needs("knowledge.manage")
def import_list(request: HttpRequest, collection: str) -> HttpResponse:
    found = collection_get(collection)
    rows = imports_shown(actor_from_request(request), found, SHOWN)
    context = {"collection": found, "imports": rows, "here": "knowledge"}
    return render(request, "console/knowledge/imports.html", context)


@needs("knowledge.manage")
def import_new(request: HttpRequest, collection: str) -> HttpResponse:
    context = {
        "collection": collection_get(collection),
        "limits": import_limits(),
        "strings": import_strings(),
        "here": "knowledge",
    }
    return render(request, "console/knowledge/import_new.html", context)


@needs("knowledge.manage")
def import_detail(request: HttpRequest, collection: str, import_id: UUID) -> HttpResponse:
    """`?show=` and `?page=` choose files; `?question=` and `?answer=` the columns with which it would begin."""
    page = _page(request, collection, import_id)
    columns = {name: text(request.GET, name, longest=LONGEST_COLUMN) for name in ("question", "answer")}
    context = {"page": page, "collection": page.row.collection, "columns": columns, "here": "knowledge"}
    return render(request, "console/knowledge/import.html", context)


@needs("knowledge.manage")
def import_state(request: HttpRequest, collection: str, import_id: UUID) -> JsonResponse:
    """For the page that watches it: how far, and the parts that have changed since."""
    page = _page(request, collection, import_id)
    context = {"page": page, "collection": page.row.collection}
    parts = {
        name: render_to_string(f"console/knowledge/_import_{name}.html", context, request)
        for name in ("state", "figures", "items")
    }
    return JsonResponse({"state": page.state, "label": page.label, "progress": page.percent, "parts": parts})


@needs("knowledge.manage")
@require_POST
def import_again(request: HttpRequest, collection: str, import_id: UUID) -> HttpResponse:
    """All that failed, or the one file that is named."""
    row = import_of(request, collection, import_id)
    item_ids = [_item(row, value).pk for value in request.POST.getlist("item")] or None
    count = import_retry(actor=actor_from_request(request), import_id=row.pk, item_ids=item_ids)
    said = ngettext("%(count)d file is tried again.", "%(count)d files are tried again.", count)
    messages.success(request, said % {"count": count})
    return redirect("console:import", collection, import_id)


@needs("knowledge.manage")
def item_preview(request: HttpRequest, collection: str, import_id: UUID, item_id: UUID) -> HttpResponse:
    """`?question=` and `?answer=` name columns of a table. What the file would be refused for is shown, too."""
    row = import_of(request, collection, import_id)
    item = _item(row, str(item_id))
    question, answer = (text(request.GET, name, longest=LONGEST_COLUMN) for name in ("question", "answer"))
    context = {
        "collection": row.collection,
        "row": row,
        "item": item,
        "receiving": row.state == ImportState.RECEIVING,
        "question": question or row.question,
        "answer": answer or row.answer,
        "here": "knowledge",
    }
    try:
        reading = import_preview(
            actor=actor_from_request(request), item_id=item.pk, question=question, answer=answer
        )
    except (BadInput, Conflict) as error:
        context["refused"] = str(error.message)
    else:
        context |= {"reading": reading, "pieces": reading.pieces[:PIECES], "left": len(reading.pieces) - PIECES}
    return render(request, "console/knowledge/import_preview.html", context)


def _page(request: HttpRequest, collection: str, import_id: UUID) -> ImportPage:
    number = request.GET.get("page", "")
    shown = int(number) if number.isdecimal() and len(number) < 6 else 1
    return import_page(import_of(request, collection, import_id), request.GET.get("show", ""), max(1, shown))


def _item(row: Import, value: str) -> ImportItem:
    try:
        item = import_items(row).filter(pk=UUID(value)).first()
    except ValueError:
        item = None
    if item is None:
        raise NotFound(_("There is no such file."))
    return item
