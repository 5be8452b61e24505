"""Who calls: whoever has the page open."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class PageSession(SessionAuthentication):
    """Whoever has the page open, with an account or without; unlike its parent it asks both for the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        self.enforce_csrf(request)
        return request._request.user, None
