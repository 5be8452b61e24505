"""Passages: where one stands, and changing its words."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, Conflict, Unavailable
from apps.core.pages import answered_in
from apps.knowledge.errors import PassageGone
from apps.knowledge.selectors import access_passage, passage_edits
from apps.knowledge.services import PASSAGE_LONGEST, passage_edit, passage_restore

from ..access import needs
from ..reading.passages import passage_address, place_address


@needs("knowledge.read")
def passage_place(request: HttpRequest, passage_id: UUID) -> HttpResponse:
    """What links to a passage need to know is its id alone, and with `?row=` which row of a table is meant. One
    that is gone leads to where it stood.
    """
    row = request.GET.get("row", "")
    try:
        passage = access_passage(request.user, passage_id)
        return redirect(passage_address(passage, int(row) if row.isdecimal() and len(row) < 9 else None))
    except PassageGone as gone:
        messages.info(request, str(gone.message))
        return redirect(place_address(gone.document_id, gone.position))


@answered_in(for_slow_page)
@needs("knowledge.manage")
def passage_change(request: HttpRequest, passage_id: UUID) -> HttpResponse:
    """POST saves; what was typed stays in the form when it cannot be saved."""
    passage = access_passage(request.user, passage_id)
    typed, error = passage.text, ""
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            seen = _moment(request.POST.get("seen", ""))
            changed = passage_edit(actor=actor_from_request(request), passage_id=passage_id, text=typed, seen=seen)
        except (BadInput, Conflict, Unavailable) as refused:
            error = str(refused.message)
        else:
            messages.success(request, _("Saved. Answers quote the passage as it stands now."))
            return redirect(passage_address(changed))
    context = {
        "passage": passage,
        "document": passage.document,
        "edit": passage_edits(passage.document).get(passage.position),
        "typed": typed,
        "error": error,
        "seen": passage.updated_at.isoformat(),
        "longest": PASSAGE_LONGEST,
        "here": "knowledge",
    }
    return render(request, "console/knowledge/passage.html", context)


@answered_in(for_slow_page)
@needs("knowledge.manage")
@require_POST
def passage_back(request: HttpRequest, passage_id: UUID) -> HttpResponse:
    passage = passage_restore(actor=actor_from_request(request), passage_id=passage_id)
    messages.success(request, _("The document’s own text is back."))
    return redirect(passage_address(passage))


def _moment(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise BadInput(_("Open the passage anew before you change it.")) from error
