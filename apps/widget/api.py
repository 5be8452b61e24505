"""Opening and ending a visitor's session over HTTP."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, authentication_classes, parser_classes
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import BadInput

from .bearer import visitor_token
from .sessions import session_end, session_open


@extend_schema(exclude=True)
@api_view(["POST", "DELETE"])
@authentication_classes([])  # the token is what is asked for here
@parser_classes([JSONParser])  # no other site's form can send that
def session(request: Request, inbox_id: UUID) -> Response:
    """POST {identity: the site's token or null} opens one; DELETE ends the one whose token is shown."""
    if request.method == "DELETE":
        session_end(visitor_token(request.headers.get("Authorization", "")))
        return Response(status=204)
    opened = session_open(
        inbox_id=inbox_id, identity_token=_identity(request.data), ip=request.META.get("REMOTE_ADDR", "")
    )
    found = opened.session
    body = {"token": opened.token, "name": found.name, "expires_at": found.expires_at.isoformat()}
    return Response(body, status=201, headers={"Cache-Control": "no-store"})


def _identity(data: object) -> str | None:
    identity = data.get("identity", "") if isinstance(data, dict) else ""
    if identity == "" or not isinstance(identity, str | None):
        raise BadInput(_("“identity” is the token of the site, or null."))
    return identity
