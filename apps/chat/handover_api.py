"""Asking for a person over HTTP."""

from uuid import UUID

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_request

from .news import standing_tell
from .services import handover_request, handover_withdraw
from .transcript import standing_data


@api_view(["PUT", "DELETE"])
def person(request: Request, conversation_id: UUID) -> Response:
    """PUT {assistant} asks for a person, in a new conversation too; DELETE goes back to the assistant."""
    actor = actor_from_request(request._request)
    if request.method == "PUT":
        assistant = request.data.get("assistant") if isinstance(request.data, dict) else None
        conversation = handover_request(
            actor=actor, conversation_id=conversation_id, assistant=str(assistant or "")
        )
    else:
        conversation = handover_withdraw(actor=actor, conversation_id=conversation_id)
    standing_tell(conversation)
    return Response(standing_data(conversation))
