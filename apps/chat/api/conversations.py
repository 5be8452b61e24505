"""The little that the page asks for over HTTP."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_api
from apps.core.api.describing import described
from apps.core.errors import BadInput

from ..news import owner_tell
from ..reading.history import changes_read, history_item, history_page
from ..reading.transcript import conversation_data
from ..selectors import access_conversation
from ..services import conversation_change, conversation_delete, version_show
from .shapes import ConversationChanges, ConversationItem, ConversationPage, ConversationShape, ShownVersion


@described(
    "GET",
    "conversations_list",
    gettext_lazy("One’s own conversations, the pinned first, then the last used"),
    gives=ConversationPage,
    query={
        "q": gettext_lazy("Only those that hold all these words."),
        "before": gettext_lazy("The `older` of the page before."),
    },
)
@api_view(["GET"])
def conversation_list(request: Request) -> Response:
    """The person's own conversations, a page at a time; with `q` those that hold all its words."""
    asked = request.query_params
    actor = actor_from_api(request)
    return Response(history_page(actor, query=asked.get("q", ""), cursor=asked.get("before", "")))


@described(
    "GET",
    "conversations_read",
    gettext_lazy("A conversation with its newest messages"),
    gives=ConversationShape,
    refuses=[400, 404],
    query={"before": gettext_lazy("A message’s id: those before it.")},
)
@described(
    "PATCH",
    "conversations_change",
    gettext_lazy("Renames, pins or unpins a conversation"),
    takes=ConversationChanges,
    gives=ConversationItem,
    refuses=[400, 404],
)
@described("DELETE", "conversations_delete", gettext_lazy("Deletes a conversation for good"), refuses=[404])
@api_view(["GET", "PATCH", "DELETE"])
def conversation_detail(request: Request, conversation_id: UUID) -> Response:
    """One of the person's own conversations, `?before=` a message; PATCH takes `title` and `pinned`."""
    actor = actor_from_api(request)
    if request.method == "DELETE":
        owner_tell(conversation_delete(actor=actor, conversation_id=conversation_id))
        return Response(status=204)
    if request.method == "PATCH":
        changed = conversation_change(actor=actor, conversation_id=conversation_id, **changes_read(request.data))
        owner_tell(changed)
        return Response(history_item(changed))
    before = request.query_params.get("before")
    conversation = access_conversation(actor=actor, conversation_id=conversation_id)
    return Response(conversation_data(conversation, _id(before) if before else None))


@described(
    "PUT",
    "conversations_show_version",
    gettext_lazy("Shows another version of a question or an answer"),
    takes=ShownVersion,
    gives=ConversationShape,
    refuses=[400, 404, 409],
)
@api_view(["PUT"])
def shown_version(request: Request, conversation_id: UUID) -> Response:
    """PUT {message: id} shows that version of a question or an answer, and returns the conversation."""
    actor = actor_from_api(request)
    message_id = _id(request.data.get("message") if isinstance(request.data, dict) else None)
    return Response(
        conversation_data(version_show(actor=actor, conversation_id=conversation_id, message_id=message_id))
    )


def _id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise BadInput(_("This is no message’s id.")) from error
