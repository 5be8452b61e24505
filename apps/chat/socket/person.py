"""Who sits behind a socket, asked anew for every frame: sessions end and accounts are closed while sockets stay."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_from_scope
from apps.accounts.permissions import require
from apps.core.actor import Actor
from apps.core.errors import NotAllowed


class SessionEnded(NotAllowed):
    """Signed out elsewhere, blocked, or expired, while the page stayed open."""

    code = "session_ended"

    def __init__(self) -> None:
        super().__init__(_("Your session has ended. Please reload the page."))


def socket_actor(scope: Mapping[str, Any], verb: str = "chat.use") -> Actor:
    """The person as the database knows them now. Raises NotAllowed for who may not do `verb`, SessionEnded."""
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(scope["cookies"].get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    require(user, verb)
    actor = actor_from_scope({"user": user, "session": request.session, "client": scope.get("client")})
    if actor.user_id is None and actor.visitor_id is None:
        raise SessionEnded
    return actor


def socket_language(scope: Mapping[str, Any]) -> str:
    """The page's language: the cookie, else what the browser asks for, else the site's."""
    request = HttpRequest()
    request.COOKIES = scope["cookies"]
    request.META["HTTP_ACCEPT_LANGUAGE"] = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    return get_language_from_request(request)
