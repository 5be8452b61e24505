"""The little that the page asks for over HTTP."""

from uuid import UUID

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_request

from .history import changes_read, history_item, history_page
from .selectors import access_conversation
from .services import conversation_change, conversation_delete
from .transcript import conversation_data


@api_view(["GET"])
def conversation_list(request: Request) -> Response:
    """The person's own conversations, a page at a time; with `q` those that hold all its words."""
    asked = request.query_params
    actor = actor_from_request(request._request)
    return Response(history_page(actor, query=asked.get("q", ""), cursor=asked.get("before", "")))


@api_view(["GET", "PATCH", "DELETE"])
def conversation_detail(request: Request, conversation_id: UUID) -> Response:
    """One of the person's own conversations; PATCH takes `title` and `pinned`."""
    actor = actor_from_request(request._request)
    if request.method == "DELETE":
        conversation_delete(actor=actor, conversation_id=conversation_id)
        return Response(status=204)
    if request.method == "PATCH":
        changed = conversation_change(actor=actor, conversation_id=conversation_id, **changes_read(request.data))
        return Response(history_item(changed))
    return Response(conversation_data(access_conversation(actor=actor, conversation_id=conversation_id)))
