"""Who calls: whoever has the page open."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class PageSession(SessionAuthentication):
    """Whoever has the page open, with an account or without; unlike its parent it asks both for the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        self.enforce_csrf(request)
        return request._request.user, None


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = PageSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
