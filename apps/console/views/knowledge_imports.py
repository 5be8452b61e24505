"""Imports into a collection: their list, a new one, what became of its files, and a file as it would be cut."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, Conflict, NotFound
from apps.core.pages import answered_in
from apps.knowledge.models import Import, ImportItem, ItemState
from apps.knowledge.selectors import collection_get, import_items, import_limits
from apps.knowledge.services import (
    TABLE_SUFFIXES,
    Columns,
    Reading,
    Splitting,
    Table,
    collection_splitting_set,
    import_preview,
    import_retry,
    item_columns_set,
)
from apps.moderation.selectors import withholding_active

from ..access import needs
from ..asked import page_number
from ..reading.columns import columns_asked, columns_shown
from ..reading.knowledge import splitting_from, splitting_offered
from ..reading.knowledge_imports import ImportPage, import_of, import_page, imports_shown
from ..reading.withheld import withheld_in_pieces
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
    """`?show=` and `?page=` choose files."""
    page = _page(request, collection, import_id)
    found = page.row.collection
    context = {
        "page": page,
        "collection": found,
        "splitting": splitting_offered(found.splitting),
        "here": "knowledge",
    }
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


@answered_in(for_slow_page)
@needs("knowledge.manage")
def item_preview(request: HttpRequest, collection: str, import_id: UUID, item_id: UUID) -> HttpResponse:
    """How the file would be imported, also with other columns or cut in another way; POST keeps these choices."""
    row = import_of(request, collection, import_id)
    item = _item(row, str(item_id))
    if request.method == "POST":
        return _keep(request, row, item)
    context: dict[str, Any] = {
        "collection": row.collection,
        "row": row,
        "item": item,
        "changeable": item.state in {ItemState.RECEIVING, ItemState.FAILED},
        "splitting": splitting_offered(row.collection.splitting),
        "here": "knowledge",
    }
    try:
        columns, splitting = columns_asked(request.GET), splitting_from(request.GET)
        if splitting:
            context["splitting"] = splitting_offered(splitting)
        reading = _read(request, item, columns, splitting)
    except (BadInput, Conflict) as error:
        context["refused"] = str(error.message)
        with suppress(BadInput, Conflict):  # with the usual columns it may be read, so that others can be chosen
            if item.name.lower().endswith(TABLE_SUFFIXES):
                context["table"] = columns_shown(_read(request, item, Columns(), None).table or Table(), ())
    else:
        ignored = columns.ignored if columns else item.ignored
        withheld, held = withheld_in_pieces(reading, withholding_active())
        pieces = [(piece, number in held) for number, piece in enumerate(reading.pieces[:PIECES])]
        context |= {
            "reading": reading,
            "pieces": pieces,
            "left": len(reading.pieces) - PIECES,
            "withheld": withheld,
        }
        context["table"] = columns_shown(reading.table, ignored) if reading.table else None
    return render(request, "console/knowledge/import_preview.html", context)


def _read(request: HttpRequest, item: ImportItem, columns: Columns | None, splitting: Splitting | None) -> Reading:
    actor = actor_from_request(request)
    return import_preview(actor=actor, item_id=item.pk, columns=columns, splitting=splitting)


def _keep(request: HttpRequest, row: Import, item: ImportItem) -> HttpResponse:
    actor = actor_from_request(request)
    columns, splitting = columns_asked(request.POST), splitting_from(request.POST)
    with transaction.atomic():  # what is refused leaves nothing of the form behind
        if splitting:
            collection_splitting_set(actor=actor, collection_id=row.collection_id, splitting=splitting)
        if columns:
            item_columns_set(actor=actor, item_id=item.pk, columns=columns)
    messages.success(request, _("Kept. The import reads the file like this."))
    return redirect("console:import", row.collection.slug, row.pk)


def _page(request: HttpRequest, collection: str, import_id: UUID) -> ImportPage:
    row = import_of(request, collection, import_id)
    return import_page(actor_from_request(request), row, request.GET.get("show", ""), page_number(request.GET))


def _item(row: Import, value: str) -> ImportItem:
    try:
        item = import_items(row).filter(pk=UUID(value)).first()
    except ValueError:
        item = None
    if item is None:
        raise NotFound(_("There is no such file."))
    return item
