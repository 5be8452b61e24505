"""Reading what customers asked and what they were answered. Every reading is recorded."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.actors import actor_from_request
from apps.audit.services import audit_record
from apps.chat.api.files import image_response
from apps.chat.evaluation.selectors import sets
from apps.chat.selectors import conversation_image
from apps.core.keyset import page_by_time

from ..access import needs
from ..reading.conversations import chips, choices, conversations, filters_from
from ..reading.paging import beyond
from ..reading.transcript import conversation_get, told_before, turns

PAGE_SIZE = 50


@needs("transcript.read")
def conversation_list(request: HttpRequest) -> HttpResponse:
    filters = filters_from(request.GET)
    # The list shows what questions begin with, a search reads every text, or of one customer all. What was
    # searched for may itself be personal, so only the fact is kept.
    action = "transcript.searched" if filters.q or filters.customer or filters.owner else "transcript.listed"
    audit_record(actor=actor_from_request(request), action=action, target="")
    page = page_by_time(
        conversations(filters), field="updated_at", cursor=request.GET.get("before", ""), size=PAGE_SIZE
    )
    context = {
        "page": page,
        "after": beyond(filters.query(), before=page.older),
        "filters": filters,
        "choices": choices(),
        "chips": chips(filters),
        "here": "conversations",
    }
    return render(request, "console/conversations.html", context)


@needs("transcript.read")
def transcript(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    conversation = conversation_get(conversation_id)
    audit_record(
        actor=actor_from_request(request), action="transcript.read", target=f"conversation:{conversation.pk}"
    )
    context = {
        "conversation": conversation,
        "told_before": told_before(conversation),
        "turns": turns(conversation),
        "sets": sets(),
        "collections": conversation.assistant.collections.all(),
        "here": "conversations",
    }
    return render(request, "console/transcript.html", context)


@needs("transcript.read")
def image(request: HttpRequest, conversation_id: UUID, file_id: UUID) -> HttpResponse:
    """An image that a customer brought; looking at it is a reading of its own."""
    found = conversation_image(conversation_id, file_id)
    audit_record(
        actor=actor_from_request(request),
        action="image.read",
        target=f"conversation:{conversation_id}",
        data={"file": str(file_id)},
    )
    return image_response(found)
