"""Links with which somebody chooses a password: each works once, for a day, and none for who is blocked.

Nothing is stored: a link is signed over the password and the last sign-in that it was made for.
"""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from .models import User


class _Links(PasswordResetTokenGenerator):
    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.signed_out}"


links = _Links()


def link_parts(user: User) -> dict[str, str]:
    """What stands in the link's address."""
    return {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": links.make_token(user)}
