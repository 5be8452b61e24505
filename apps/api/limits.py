"""What one key may ask. Its row is the lock: requests that come at once are counted one after the other."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.models import LIVE, Generation
from apps.chat.services import Sent, message_send
from apps.chat.services.opening import conversation_open
from apps.core.errors import NotFound, TooMany

from .errors import NoKey, NoSuchModel
from .keys import actor_of, key_of
from .models import ApiKey
from .parameters import Asked, Turn

MINUTE = timedelta(minutes=1)


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
        message = _("This key allows %(count)d requests a minute. Please wait %(seconds)d seconds.")
        raise TooMany(message % {"count": key.per_minute, "seconds": seconds}, extra={"seconds": seconds})
    key.asked += 1
    key.last_used_at = now
    key.save(update_fields=["minute", "asked", "last_used_at"])
    return Admitted(key, key.per_minute - key.asked, seconds)


@transaction.atomic
def question_ask(*, key_id: UUID, ip: str, asked: Asked, given: list[Turn]) -> Sent:
    """Starts an answer, in a conversation of its own. Raises NoKey, NoSuchModel, TooMany, and BadInput."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None or not key.is_open:
        raise NoKey
    if Generation.objects.filter(conversation__key_id=key.pk, status__in=LIVE).count() >= key.live:
        message = _("This key allows %(count)d answers at a time. Wait for one of them to end.")
        raise TooMany(message % {"count": key.live}, extra={"seconds": 1})
    actor = actor_of(key, ip=ip)
    try:
        conversation = conversation_open(actor, uuid4(), asked.model, asked.question, given)
    except NotFound as error:
        raise NoSuchModel(str(error.message)) from error
    return message_send(
        actor=actor,
        message_id=uuid4(),
        generation_id=uuid4(),
        conversation_id=conversation.pk,
        assistant=asked.model,
        text=asked.question,
    )
