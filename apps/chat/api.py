"""The little that the page asks for over HTTP."""

from uuid import UUID

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_request

from .page import conversation_items
from .selectors import access_conversation
from .services import conversation_delete
from .transcript import conversation_data


@api_view(["GET"])
def conversation_list(request: Request) -> Response:
    """The person's own conversations, last used first."""
    return Response({"conversations": conversation_items(actor_from_request(request._request))})


@api_view(["GET", "DELETE"])
def conversation_detail(request: Request, conversation_id: UUID) -> Response:
    """One of the person's own conversations, or its end."""
    actor = actor_from_request(request._request)
    if request.method == "DELETE":
        conversation_delete(actor=actor, conversation_id=conversation_id)
        return Response(status=204)
    return Response(conversation_data(access_conversation(actor=actor, conversation_id=conversation_id)))
