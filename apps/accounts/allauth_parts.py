"""What is taken of django-allauth beyond what it documents. Raising its version starts here."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    get_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

__all__ = [
    "SECRET_SESSION_KEY",
    "compare_user_code",
    "filter_users_by_email",
    "format_hotp_value",
    "get_authentication_records",
    "get_totp_secret",
    "get_user_by_username",
    "hotp_value",
    "id_token_read",
    "yield_hotp_counters_from_time",
]


def id_token_read(token: str, *, keys_url: str, issuer: str, audience: str) -> dict[str, Any]:
    """What an ID token says. Raises OAuth2Error for one whose signature, issuer, audience or time is wrong."""
    from allauth.socialaccount.internal import jwtkit  # only where single sign-on is configured

    told: dict[str, Any] = jwtkit.verify_and_decode(
        credential=token,
        keys_url=keys_url,
        issuer=issuer,
        audience=audience,
        lookup_kid=jwtkit.lookup_kid_jwk,
    )
    return told
