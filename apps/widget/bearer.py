"""Requests of a widget's frame: the session's token in the Authorization header, and no cookie."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.core.actor import InboxActor

from .sessions import session_actor

KIND = "Visitor"  # its own scheme: "Bearer" is that of API keys


class VisitorToken(BaseAuthentication):
    """Whoever shows one is that visitor and nobody else, whatever cookies came along: no CSRF token is needed."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, InboxActor] | None:
        """None without such a header. Raises SessionEnded."""
        token = visitor_token(request.headers.get("Authorization", ""))
        if not token:
            return None
        return AnonymousUser(), session_actor(token, ip=request.META.get("REMOTE_ADDR", ""))


def visitor_token(header: str) -> str:
    """ "" where the header is none of ours."""
    kind, _blank, token = header.partition(" ")
    return token.strip() if kind == KIND else ""
