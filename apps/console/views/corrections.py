"""Correcting an answer beside its conversation, and what a correction is good for: a set, the knowledge base."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.chat.evaluation.corrections import case_corrected
from apps.chat.evaluation.selectors import set_get
from apps.chat.evaluation.services import case_add, set_ensure
from apps.chat.models import Correction, Generation, Origin
from apps.chat.services.correcting import LONGEST, correction_clear, correction_set, correction_teach
from apps.core.db import for_slow_page
from apps.core.errors import ApplicationError, BadInput, NotFound
from apps.core.pages import answered_in

from ..access import needs
from ..asked import chosen_id, text
from ..templatetags.console import named

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@needs("answers.correct")
@require_POST
def correction_save(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    """`passage` is chosen among those found, or `link` is the address of another."""
    found = _generation(generation_id)
    try:
        correction_set(
            actor=actor_from_request(request),
            generation_id=found.pk,
            answer=request.POST.get("answer", "")[: LONGEST + 1],
            passage_id=_passage(request.POST.get("link", "") or request.POST.get("passage", "")),
            declines=request.POST.get("kind") == "declines",
        )
    except (BadInput, NotFound) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The correction is kept."))
    return _back(found)


@needs("answers.correct")
@require_POST
def correction_remove(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    found = _generation(generation_id)
    correction_clear(actor=actor_from_request(request), generation_id=found.pk)
    messages.success(request, _("The correction is taken back. Where it was added, it stays."))
    return _back(found)


@needs("answers.correct")
@require_POST
def correction_case(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    """Into the chosen set, or else into the assistant's own set of corrections."""
    found = _generation(generation_id)
    actor, case = actor_from_request(request), case_corrected(_correction(found))
    if chosen := request.POST.get("set", ""):
        into = set_get(chosen_id(chosen))
        case_add(actor=actor, set_id=into.pk, case=case)
    else:
        name = set_name(found)
        into = set_ensure(actor=actor, name=name, case=case, origin=Origin.CORRECTIONS)
    messages.success(request, _("Added to “%(name)s”.") % {"name": into.name})
    return _back(found)


@answered_in(for_slow_page)
@needs("answers.correct")
@require_POST
def correction_into(request: HttpRequest, generation_id: UUID) -> HttpResponse:
    """Among the questions and answers of a collection."""
    found = _generation(generation_id)
    try:
        correction_teach(
            actor=actor_from_request(request),
            generation_id=found.pk,
            collection_id=chosen_id(request.POST.get("collection", "")),
            question=text(request.POST, "question", longest=1000),
            answer=request.POST.get("answer", "")[: LONGEST + 1],
        )
    except ApplicationError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("From now on the assistant can answer with it."))
    return _back(found)


def set_name(generation: Generation) -> str:
    """What the set of an assistant's corrections is called where nobody chose another."""
    name = _("Corrections: %(assistant)s") % {"assistant": named(generation.conversation.assistant)}
    return name[:80]


def _generation(generation_id: UUID) -> Generation:
    rows = Generation.objects.filter(conversation__is_trial=False)
    rows = rows.select_related("question", "conversation__assistant")
    return get_object_or_404(rows, pk=generation_id)


def _correction(generation: Generation) -> Correction:
    rows = Correction.objects.select_related("generation__question", "generation__conversation__assistant")
    return get_object_or_404(rows, generation=generation)


def _passage(value: str) -> UUID | None:
    """An id, or an address that ends with one; the document's may stand before it."""
    if not value.strip():
        return None
    found = _ID.findall(value)
    if not found:
        raise BadInput(_("This is no address of a passage. Open the passage, and copy its address."))
    return UUID(found[-1])


def _back(generation: Generation) -> HttpResponse:
    page = reverse("console:transcript", args=[generation.conversation_id])
    return redirect(f"{page}#answer-{generation.pk}")
