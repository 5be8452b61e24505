"""What wrong passwords are counted under, the account that is meant, however its name or address is spelled; and
how long a lock is said to last.
"""

import math
import unicodedata
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from .allauth_parts import filter_users_by_email, get_user_by_username
from .models import User

_MOST = 200  # letters of a name that nobody has


def minutes_left(left: timedelta) -> int:
    """Of a lock, as a page says it: at least one."""
    return max(1, math.ceil(left.total_seconds() / 60))


def lock_key(user: User) -> str:
    """Of an account. No user name has a colon, so none can be taken for another's key."""
    return f"account:{user.pk}"


def lock_key_of_credentials(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Of what was typed. A name that nobody has is counted too, or the lock would tell which ones there are."""
    meant = _meant(credentials or {})
    if meant:
        return lock_key(min(meant, key=lambda user: user.pk))
    typed = (credentials or {}).get("username") or ""
    return "name:" + unicodedata.normalize("NFKC", typed).casefold()[:_MOST]


def _meant(credentials: dict[str, Any]) -> list[User]:
    """All whose password is tried: a name may be another's address. Found as the sign-in finds them."""
    typed = {credentials.get("username"), credentials.get("email")} - {None, ""}
    named = [user for name in typed if (user := get_user_by_username(name))]
    return named + [user for address in typed for user in filter_users_by_email(address, for_login=True)]
