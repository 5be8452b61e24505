"""Asking for a person over HTTP."""

from uuid import UUID

from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_api
from apps.core.api.describing import described
from apps.core.api.people import by_people

from ..news import standing_tell
from ..reading.transcript import standing_data
from ..services import handover_request, handover_withdraw
from .shapes import PersonWanted, StandingShape


@described(
    "PUT",
    "person_ask",
    gettext_lazy("Asks for a person, in a new conversation too"),
    takes=PersonWanted,
    gives=StandingShape,
    refuses=[400, 404, 429],
    by_key=False,
)
@described(
    "DELETE",
    "person_leave",
    gettext_lazy("Goes back to the assistant"),
    gives=StandingShape,
    refuses=[404],
    by_key=False,
)
@api_view(["PUT", "DELETE"])
@by_people  # people answer people: they could not be answered through a key
def person(request: Request, conversation_id: UUID) -> Response:
    """PUT {assistant} asks for a person, in a new conversation too; DELETE goes back to the assistant."""
    actor = actor_from_api(request)
    if request.method == "PUT":
        assistant = request.data.get("assistant") if isinstance(request.data, dict) else None
        conversation = handover_request(
            actor=actor, conversation_id=conversation_id, assistant=str(assistant or "")
        )
    else:
        conversation = handover_withdraw(actor=actor, conversation_id=conversation_id)
    standing_tell(conversation)
    return Response(standing_data(conversation))
