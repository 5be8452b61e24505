"""Collections of documents: their list, and one with everything in it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.core.errors import BadInput, Conflict
from apps.knowledge.models import Collection, DocumentState
from apps.knowledge.selectors import collection_get, collections
from apps.knowledge.services import (
    collection_create,
    collection_delete,
    collection_originals_set,
    collection_rename,
    collection_splitting_set,
    split_anew,
)

from ..access import needs
from ..asked import text
from ..forms.knowledge import CollectionForm
from ..reading.knowledge import document_page, splitting_from, splitting_offered
from ..reading.knowledge_imports import imports_shown

LATEST = 5  # imports


@needs("knowledge.manage")
def collection_list(request: HttpRequest) -> HttpResponse:
    """POST makes a collection."""
    form = CollectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = collection_create(actor=actor_from_request(request), **form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.add_error("slug", str(error.message))
        else:
            return redirect("console:collection", made.slug)
    rows = collections().prefetch_related("assistants")
    return render(request, "console/knowledge/list.html", {"collections": rows, "form": form, "here": "knowledge"})


@needs("knowledge.manage")
def collection_page(request: HttpRequest, collection: str) -> HttpResponse:
    return collection_shown(request, collection_get(collection))


def collection_shown(request: HttpRequest, found: Collection, **more: object) -> HttpResponse:
    """`more` is what a form on the page was refused for, and what was typed into it."""
    context = {
        "collection": found,
        "assistants": found.assistants.all(),
        "page": document_page(found, request.GET),
        "states": DocumentState.choices,
        "splitting": splitting_offered(found.splitting),
        "imports": imports_shown(actor_from_request(request), found, LATEST),
        "here": "knowledge",
        **more,
    }
    return render(request, "console/knowledge/collection.html", context)


@needs("knowledge.manage")
@require_POST
def collection_name(request: HttpRequest, collection: str) -> HttpResponse:
    found = collection_get(collection)
    name = text(request.POST, "name", longest=200)
    renamed = collection_rename(actor=actor_from_request(request), collection_id=found.pk, name=name)
    messages.success(request, _("The collection is called “%(name)s” now.") % {"name": renamed.name})
    return redirect("console:collection", collection)


@needs("knowledge.manage")
@require_POST
def collection_splitting(request: HttpRequest, collection: str) -> HttpResponse:
    """How documents are cut; with `anew` those that are there are cut so, too."""
    found = collection_get(collection)
    actor = actor_from_request(request)
    if asked := splitting_from(request.POST):
        found = collection_splitting_set(actor=actor, collection_id=found.pk, splitting=asked)
    if request.POST.get("anew"):
        return redirect("console:import", collection, split_anew(actor=actor, collection=found).pk)
    messages.success(request, _("Saved. What is imported from now on is cut like this."))
    return redirect("console:collection", collection)


@needs("knowledge.manage")
@require_POST
def collection_originals(request: HttpRequest, collection: str) -> HttpResponse:
    """Whether customers may open the files that the documents were made of."""
    opened = bool(request.POST.get("opened"))
    collection_originals_set(
        actor=actor_from_request(request), collection_id=collection_get(collection).pk, opened=opened
    )
    said = _("Saved. Customers may open the original files.")
    messages.success(request, said if opened else _("Saved. Only staff may open the original files."))
    return redirect("console:collection", collection)


@needs("knowledge.manage")
@require_POST
def collection_remove(request: HttpRequest, collection: str) -> HttpResponse:
    """Only with the collection's short name typed: every document goes with it."""
    found = collection_get(collection)
    if text(request.POST, "slug", longest=50) != found.slug:
        raise BadInput(_("To delete the collection, type its short name exactly as it is."))
    collection_delete(actor=actor_from_request(request), collection_id=found.pk)
    messages.success(request, _("The collection “%(name)s” is deleted.") % {"name": found.name})
    return redirect("console:knowledge")
