"""The holder of a key at the REST views: sees what was asked with the key, and nothing else."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.core.actor import KeyActor

from .keys import actor_of
from .limits import request_admit


class KeyHolder(BaseAuthentication):
    """Counts the request like any other of the key. A key that is not valid is refused, session or not."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, KeyActor] | None:
        kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        ip = request.META.get("REMOTE_ADDR", "")
        return AnonymousUser(), actor_of(request_admit(token.strip()).key, ip=ip)


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyHolder
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
