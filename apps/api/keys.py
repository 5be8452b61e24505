"""Making keys, and telling who holds one."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.chat.models import LIVE, Assistant, Generation
from apps.chat.services.generation import generation_halt
from apps.core.actor import Actor, KeyActor
from apps.core.errors import BadInput, NotFound

from .errors import NoKey
from .models import ApiKey

PREFIX = 12  # characters of a token that are shown again


@dataclass(frozen=True)
class MadeKey:
    """A new key with its token, which nothing stores."""

    key: ApiKey
    token: str


@transaction.atomic
def key_make(
    *,
    actor: Actor,
    name: str,
    assistants: Sequence[str],
    per_minute: int = 60,
    live: int = 4,
    expires_at: datetime | None = None,
) -> MadeKey:
    """Makes a key for the assistants with these slugs. Raises BadInput for none, an unknown one, or a past end."""
    found = list(Assistant.objects.filter(slug__in=assistants))
    if not found or len(found) != len(set(assistants)):
        raise BadInput(_("A key is for at least one assistant, and each of them must exist."))
    if expires_at is not None and expires_at <= timezone.now():
        raise BadInput(_("A key must end in the future."))
    token = f"parley-{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=token[:PREFIX],
        digest=_digest(token),
        per_minute=per_minute,
        live=live,
        expires_at=expires_at,
        actor_label=actor.label,
    )
    key.assistants.set(found)
    data: dict[str, Any] = {"name": name, "prefix": key.prefix, "assistants": sorted(one.slug for one in found)}
    data |= {"per_minute": per_minute, "live": live, "expires_at": expires_at}
    audit_record(actor=actor, action="key.made", target=f"key:{key.pk}", data=data)
    return MadeKey(key, token)


@transaction.atomic
def key_revoke(*, actor: Actor, key_id: UUID) -> ApiKey:
    """Ends a key for good, and stops what is being answered for it. Raises NotFound."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no such key."))
    if key.revoked_at is not None:
        return key
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at", "updated_at"])
    running = Generation.objects.select_for_update(of=("self",)).filter(conversation__key_id=key.pk)
    for generation in running.filter(status__in=LIVE):
        generation_halt(generation)
    audit_record(actor=actor, action="key.revoked", target=f"key:{key.pk}", data={"prefix": key.prefix})
    return key


def key_of(token: str) -> ApiKey:
    """The open key with this token, its row locked. Raises NoKey, whatever is wrong with it."""
    key = ApiKey.objects.select_for_update().filter(digest=_digest(token)).first()
    if key is None or not key.is_open:
        raise NoKey
    return key


def actor_of(key: ApiKey, *, ip: str = "") -> KeyActor:
    """Who asks with this key: it owns what it asked, and opens its assistants and no other."""
    slugs = frozenset(key.assistants.values_list("slug", flat=True))
    return KeyActor(key_id=key.pk, label=f"key {key.prefix}…", ip=ip, assistants=slugs)


def keys() -> QuerySet[ApiKey]:
    """All, the newest first, with their assistants."""
    return ApiKey.objects.prefetch_related("assistants")


def _digest(token: str) -> str:
    """A token has 256 random bits, so a plain hash of it cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
