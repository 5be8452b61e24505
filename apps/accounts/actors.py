"""The actor behind a request or a socket: what ownership and the audit log are written with."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from apps.core.actor import SYSTEM, Actor

from .permissions import role_of

__all__ = ["SYSTEM", "Actor", "actor_from_api", "actor_from_request", "actor_from_scope", "visitor_ensure"]

VISITOR_KEY = "visitor_id"


def _actor(user: Any, session: Any, ip: str) -> Actor:
    if user is not None and user.is_authenticated:
        return Actor(user_id=user.pk, label=user.get_username(), role=role_of(user), ip=ip)
    visitor = session.get(VISITOR_KEY) if session is not None else None
    return Actor(visitor_id=uuid.UUID(visitor) if visitor else None, label="visitor", ip=ip)


def actor_from_request(request: HttpRequest) -> Actor:
    return _actor(
        getattr(request, "user", None), getattr(request, "session", None), request.META.get("REMOTE_ADDR", "")
    )


def actor_from_api(request: Request) -> Actor:
    """Whoever calls a REST view: the holder of a key, or who has the page open."""
    return request.auth if isinstance(request.auth, Actor) else actor_from_request(request._request)


def actor_from_scope(scope: Mapping[str, Any]) -> Actor:
    """The actor behind a websocket; reads the session, so call it off the event loop."""
    return _actor(scope.get("user"), scope.get("session"), (scope.get("client") or [""])[0])


def visitor_ensure(request: HttpRequest) -> None:
    """Gives a visitor without an account an id, so that the conversation is theirs after a reload."""
    if not request.user.is_authenticated and VISITOR_KEY not in request.session:
        request.session[VISITOR_KEY] = str(uuid.uuid4())
