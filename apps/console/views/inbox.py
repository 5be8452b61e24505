"""Where members of staff answer customers themselves."""

import uuid
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_from_request
from apps.audit.services import audit_record
from apps.chat.models import Conversation, Standing
from apps.chat.news import standing_tell
from apps.chat.services import handover_resolve, handover_take, person_reply
from apps.core.actor import Actor
from apps.core.db import for_slow_page
from apps.core.errors import BadInput, Conflict
from apps.core.middleware import wants_json
from apps.core.pages import answered_in

from ..access import needs
from ..asked import text
from ..reading.inbox import inbox_for, messages_of
from ..reading.lookup import looked_up
from ..reading.transcript import conversation_get
from ..visits import visit_mark, visit_of


@needs("conversations.attend")
def inbox(request: HttpRequest) -> HttpResponse:
    actor = actor_from_request(request)
    return render(request, "console/inbox.html", {"inbox": inbox_for(actor.user_id or 0), "here": "inbox"})


@needs("conversations.attend")
def inbox_conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    actor, conversation = actor_from_request(request), conversation_get(conversation_id)
    is_mine = _is_with(actor, conversation)
    visit = visit_of(request, conversation_id)
    # That it was taken stands in the log; any other opening of the page is a reading, but not each of its news.
    if not is_mine and not visit:
        audit_record(actor=actor, action="transcript.read", target=f"conversation:{conversation.pk}")
    context = {
        "conversation": conversation,
        "said": messages_of(conversation),
        "is_mine": is_mine,
        "visit": visit or visit_mark(request, conversation_id),
        "reply_id": uuid.uuid4(),
        "here": "inbox",
    }
    return render(request, "console/inbox_conversation.html", context)


@answered_in(for_slow_page)
@needs("conversations.attend")
def inbox_lookup(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """A part of the page of who attends: what the documents say to `q`, or to what the customer wrote last."""
    conversation = conversation_get(conversation_id)
    if not _is_with(actor_from_request(request), conversation):
        raise Conflict(_("Take the conversation before you search: it is not with you now."))
    found = looked_up(conversation, text(request.GET, "q", longest=1000))
    return render(request, "console/_looked_up.html", {"found": found})


@needs("conversations.attend")
@require_POST
def inbox_take(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    standing_tell(handover_take(actor=actor_from_request(request), conversation_id=conversation_id))
    return redirect("console:inbox-conversation", conversation_id)


@needs("conversations.attend")
@require_POST
def inbox_resolve(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    standing_tell(handover_resolve(actor=actor_from_request(request), conversation_id=conversation_id))
    return redirect("console:inbox")


@needs("conversations.attend")
@require_POST
def inbox_reply(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """`message` is the reply's id, which the form was born with: sent twice, it is one reply."""
    try:
        message_id = UUID(request.POST.get("message", ""))
    except ValueError as error:
        raise BadInput(_("This reply has no id. Load the page again.")) from error
    reply = person_reply(
        actor=actor_from_request(request),
        conversation_id=conversation_id,
        message_id=message_id,
        text=request.POST.get("text", ""),
    )
    standing_tell(reply.conversation)
    if wants_json(request):
        return JsonResponse({"message": str(reply.pk)})
    return redirect("console:inbox-conversation", conversation_id)


def _is_with(actor: Actor, conversation: Conversation) -> bool:
    return conversation.standing == Standing.PERSON and conversation.attendant_id == actor.user_id
