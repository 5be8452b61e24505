"""What every template may ask about the person."""

from django.http import HttpRequest

from .permissions import ALLOWED, can


def permissions(request: HttpRequest) -> dict[str, object]:
    """`may.registry_read` and the like: each verb with its dot written as an underscore."""
    user = getattr(request, "user", None)
    if user is None:
        return {"may": {}}
    return {"may": {verb.replace(".", "_"): can(user, verb) for verb in ALLOWED}}
