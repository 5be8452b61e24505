"""What one key may ask. Its row is the lock: requests that come at once are counted one after the other."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.chat.images import RemadeImage
from apps.chat.models import LIVE, Generation
from apps.chat.services import Sent, message_send
from apps.chat.services.opening import conversation_open
from apps.core.db import in_database
from apps.core.errors import NotFound, TooMany
from apps.core.threads import to_the_end

from .errors import NoKey, NoSuchModel
from .keys import actor_of, key_of
from .models import ApiKey, Place
from .parameters import Asked, Turn

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(minutes=5)  # that a place is held; more than any work below it may take


@dataclass(frozen=True)
class Admitted:
    """A request that counts: how many more this minute allows, and in how many seconds the next one begins."""

    key: ApiKey
    remaining: int
    seconds: int

    def headers(self) -> dict[str, str]:
        return {
            "x-ratelimit-limit-requests": str(self.key.per_minute),
            "x-ratelimit-remaining-requests": str(self.remaining),
            "x-ratelimit-reset-requests": f"{self.seconds}s",
        }


@transaction.atomic
def request_admit(token: str) -> Admitted:
    """Counts a request of the key with this token. Raises NoKey, and TooMany with the `seconds` to wait."""
    key, now = key_of(token), timezone.now()
    minute = now.replace(second=0, microsecond=0)
    if key.minute != minute:
        key.minute, key.asked = minute, 0
    seconds = max(1, int((minute + MINUTE - now).total_seconds()))
    if key.asked >= key.per_minute:
        message = ngettext(
            "This key allows %(count)d requests a minute. Please wait %(seconds)d second.",
            "This key allows %(count)d requests a minute. Please wait %(seconds)d seconds.",
            seconds,
        )
        raise TooMany(message % {"count": key.per_minute, "seconds": seconds}, extra={"seconds": seconds})
    key.asked += 1
    key.last_used_at = now
    key.save(update_fields=["minute", "asked", "last_used_at"])
    return Admitted(key, key.per_minute - key.asked, seconds)


@asynccontextmanager
async def place(key_id: UUID) -> AsyncIterator[UUID]:
    """Holds one of the key's places while something is worked out for it. Raises NoKey and TooMany."""
    place_id = uuid4()
    try:
        await to_the_end(in_database(_place_take, key_id, place_id))
        yield place_id
    finally:
        await in_database(_place_leave, place_id)


@transaction.atomic
def _place_take(key_id: UUID, place_id: UUID) -> None:
    key, now = _open_key(key_id), timezone.now()
    key.places.filter(ends_at__lte=now).delete()
    answers = Generation.objects.filter(conversation__key_id=key.pk, status__in=LIVE)
    if answers.count() + key.places.count() >= key.live:
        message = _("This key allows %(count)d answers at a time. Wait for one of them to end.")
        raise TooMany(message % {"count": key.live}, extra={"seconds": 1})
    Place.objects.create(id=place_id, key=key, ends_at=now + LONGEST)


def _place_leave(place_id: UUID) -> None:
    Place.objects.filter(pk=place_id).delete()


@transaction.atomic
def question_ask(
    *,
    key_id: UUID,
    place_id: UUID,
    generation_id: UUID,
    ip: str,
    asked: Asked,
    given: list[Turn],
    images: Sequence[RemadeImage] = (),
) -> Sent:
    """Starts an answer in the place that is held, in a conversation of its own.

    Raises NoKey, NoSuchModel and BadInput.
    """
    key = _open_key(key_id)
    _place_leave(place_id)  # from here on the answer counts
    actor = actor_of(key, ip=ip)
    try:
        conversation = conversation_open(actor, uuid4(), asked.model, asked.question, given)
    except NotFound as error:
        raise NoSuchModel(str(error.message)) from error
    return message_send(
        actor=actor,
        message_id=uuid4(),
        generation_id=generation_id,
        conversation_id=conversation.pk,
        assistant=asked.model,
        text=asked.question,
        images=images,
    )


def _open_key(key_id: UUID) -> ApiKey:
    """Its row locked. Raises NoKey for one that ended since the request was admitted."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None or not key.is_open:
        raise NoKey
    return key
