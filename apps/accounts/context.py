"""What every template may ask about the person."""

from django.conf import settings
from django.http import HttpRequest

from .permissions import ALLOWED, can
from .selectors import second_step_is_required, sign_up_is_open


def permissions(request: HttpRequest) -> dict[str, object]:
    """`may.registry_read` and the like: each verb with its dot written as an underscore. `sign_up_is_open` and
    `second_step_is_required` are asked only by a template that names them. `sso_name` is empty where
    nobody signs in so, and `sso_gives_accounts` says whether who is new gets one by it.
    """
    user = getattr(request, "user", None)
    if user is None:
        return {"may": {}}
    may = {verb.replace(".", "_"): can(user, verb) for verb in ALLOWED}
    rules = {"sign_up_is_open": sign_up_is_open, "second_step_is_required": second_step_is_required}
    sso = {
        "sso_name": settings.SSO_NAME if settings.SSO_ISSUER else "",
        "sso_gives_accounts": bool(settings.SSO_ISSUER and settings.SSO_NEW_ACCOUNTS),
    }
    return {"may": may, **sso, **rules}
