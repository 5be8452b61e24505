"""Embedding indexes: which one answers, building another beside it, giving that up."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import ApplicationError, BadInput, Conflict
from apps.knowledge.selectors import INDEX_LANGUAGES, embedding_indexes
from apps.knowledge.services import index_build_cancel, index_build_start

from ..access import needs
from ..asked import text
from ..reading.indexes import embedders, languages_choices, progress_shown


@needs("knowledge.manage")
def index_page(request: HttpRequest) -> HttpResponse:
    """POST begins to build an index, or goes on with one that failed."""
    if request.method == "POST":
        return _build(request)
    active, *unfinished = embedding_indexes(actor=actor_from_request(request))
    context = {
        "active": active,
        "unfinished": unfinished,
        "embedders": [(name, name) for name in embedders() if name != active.index.embedder],
        "wanted": text(request.GET, "embedder", longest=100),
        "languages": languages_choices(),
        "here": "knowledge",
    }
    return render(request, "console/knowledge/indexes.html", context)


def _build(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("languages", "")
    languages = [language] if language in INDEX_LANGUAGES else []
    embedder = text(request.POST, "embedder", longest=100)
    try:
        if not embedder:
            raise BadInput(_("Choose an embedding model."))
        index_build_start(actor=actor_from_request(request), embedder=embedder, languages=languages)
    except ApplicationError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The index is being built. Answers go on with the present one until then."))
    return redirect("console:indexes")


@needs("knowledge.manage")
def index_state(request: HttpRequest, index_id: UUID) -> JsonResponse:
    """For the page that watches it; one that is gone was replaced or given up."""
    found = embedding_indexes(actor=actor_from_request(request))
    progress = next((one for one in found if one.index.pk == index_id), None)
    if progress is None:
        return JsonResponse({"state": "retired", "label": "", "progress": 0})
    label, done = progress_shown(progress), round(100 * progress.share)
    state = "filling" if progress.filling else progress.index.state
    return JsonResponse({"state": state, "label": label, "progress": done})


@needs("knowledge.manage")
@require_POST
def index_cancel(request: HttpRequest, index_id: UUID) -> HttpResponse:
    try:
        index_build_cancel(actor=actor_from_request(request), index_id=index_id)
    except Conflict as error:  # it was just put into use
        messages.error(request, str(error.message))
    return redirect("console:indexes")
