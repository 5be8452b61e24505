"""What every template may ask about the person."""

from django.http import HttpRequest

from .permissions import ALLOWED, can
from .selectors import sign_up_is_open


def permissions(request: HttpRequest) -> dict[str, object]:
    """`may.registry_read` and the like: each verb with its dot written as an underscore. `sign_up_is_open` is asked
    only by a template that names it.
    """
    user = getattr(request, "user", None)
    if user is None:
        return {"may": {}}
    may = {verb.replace(".", "_"): can(user, verb) for verb in ALLOWED}
    return {"may": may, "sign_up_is_open": sign_up_is_open}
