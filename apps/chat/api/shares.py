"""A conversation's shares over HTTP."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import actor_from_api
from apps.core.api.describing import described

from ..models import Share
from ..selectors import access_conversation
from ..services import share_create, share_delete
from .shapes import SharePage, ShareShape


@described(
    "GET",
    "shares_list",
    gettext_lazy("Where a conversation is shared, the newest first"),
    gives=SharePage,
    refuses=[404],
)
@described(
    "POST",
    "shares_make",
    gettext_lazy("Shares a conversation as it is now, at a new address"),
    gives=ShareShape,
    refuses=[404],
)
@api_view(["GET", "POST"])
def share_list(request: Request, conversation_id: UUID) -> Response:
    """The shares of one's own conversation, newest first; POST makes one."""
    actor = actor_from_api(request)
    if request.method == "POST":
        return Response(_data(request, share_create(actor=actor, conversation_id=conversation_id)), status=201)
    conversation = access_conversation(actor=actor, conversation_id=conversation_id)
    return Response(
        {"shares": [_data(request, share) for share in Share.objects.filter(conversation=conversation)]}
    )


@described("DELETE", "shares_end", gettext_lazy("Ends a share: its address leads nowhere then"), refuses=[404])
@api_view(["DELETE"])
def share_detail(request: Request, conversation_id: UUID, share_id: UUID) -> Response:
    share_delete(actor=actor_from_api(request), conversation_id=conversation_id, share_id=share_id)
    return Response(status=204)


def _data(request: Request, share: Share) -> dict[str, Any]:
    address = request._request.build_absolute_uri(reverse("chat:shared", args=[share.token]))
    return {"id": str(share.pk), "address": address, "created_at": share.created_at.isoformat()}
