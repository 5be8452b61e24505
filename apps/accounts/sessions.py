"""The sessions of one account. Only who reads a session knows whose it is."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY

# Where a sign-in has begun whose second step is missing, its user is named only here, by the library.
_NAMED_IN = (SESSION_KEY, "account_authentication_methods_user")
_AT_ONCE = 1000


def sessions_forget(user_id: int) -> None:
    """Deletes them, open or ended: each holds what was typed to sign in."""
    rows: Any = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class().objects
    gone = [row.pk for row in rows.iterator(_AT_ONCE) if _names(row.get_decoded(), user_id)]
    rows.filter(pk__in=gone).delete()


def _names(session: dict[str, Any], user_id: int) -> bool:
    return any(session.get(key) == str(user_id) for key in _NAMED_IN)
