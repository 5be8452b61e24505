"""Who a site says its visitor is: a short-lived JWT, signed with the inbox's secret, good for one session."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction
from django.utils import timezone

from .errors import IdentityRefused
from .models import Inbox, SpentToken
from .signing import secrets_of

LONGEST_LIFE = timedelta(minutes=10)
SKEW = timedelta(seconds=30)  # by which the site's clock may differ from ours
LONGEST_TOKEN = 4096
_NEEDED = ["sub", "aud", "exp", "jti"]


@dataclass(frozen=True)
class Identity:
    """`subject` is the site's own id of the person, `name` what may be shown, `token_id` the token's."""

    subject: str
    name: str
    token_id: str
    expires_at: datetime


def identity_read(inbox: Inbox, token: str) -> Identity:
    """Raises IdentityRefused for anything but a token for this inbox, signed with HS256, that ends soon."""
    claims = _claims(inbox, token)
    ends = int(claims["exp"])
    if ends > (timezone.now() + LONGEST_LIFE + SKEW).timestamp():
        raise IdentityRefused("lifetime")
    subject, token_id = _text(claims["sub"], 200), _text(claims["jti"], 200)
    return Identity(
        subject, _text(claims.get("name", ""), 80, needed=False), token_id, datetime.fromtimestamp(ends, UTC)
    )


def identity_spend(inbox: Inbox, identity: Identity) -> None:
    """The token is used now. Raises IdentityRefused where it has been before."""
    digest = hashlib.sha256(f"{inbox.pk} {identity.token_id}".encode()).hexdigest()
    try:
        with transaction.atomic():
            SpentToken.objects.create(digest=digest, expires_at=identity.expires_at + SKEW)
    except IntegrityError as error:
        raise IdentityRefused("used") from error


def _claims(inbox: Inbox, token: str) -> dict[str, Any]:
    secrets = secrets_of(inbox)
    if not secrets or len(token) > LONGEST_TOKEN:
        raise IdentityRefused("signature")
    refused = IdentityRefused("signature")
    for secret in secrets:
        try:
            return _decoded(token, secret, str(inbox.pk))
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError:
            refused = IdentityRefused("expired")
        except jwt.InvalidAudienceError:
            refused = IdentityRefused("audience")
        except (jwt.InvalidTokenError, OverflowError, RecursionError):  # figures without end, brackets without end
            refused = IdentityRefused("claims")
        break
    raise refused


def _decoded(token: str, secret: str, audience: str) -> dict[str, Any]:
    return jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        audience=audience,
        leeway=SKEW,
        options={"require": _NEEDED, "strict_aud": True},
    )


def _text(value: object, longest: int, *, needed: bool = True) -> str:
    fits = isinstance(value, str) and len(value) <= longest and all(map(str.isprintable, value))
    if not fits or (needed and not str(value).strip()):
        raise IdentityRefused("claims")
    return str(value)
