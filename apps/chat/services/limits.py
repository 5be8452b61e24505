"""How much one person may ask at a time: the model and its queue are everybody's."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.actor import Actor, InboxActor
from apps.core.errors import TooMany
from apps.core.turn import turn_take

from ..models import LIVE, WITH_PEOPLE, Conversation, Generation, Role
from ..selectors import conversations_of

LIVE_PER_PERSON: int = settings.CHAT_LIVE_PER_PERSON
SENDS_PER_MINUTE: int = settings.CHAT_SENDS_PER_MINUTE
WITH_PEOPLE_PER_PERSON = 3
MINUTE = timedelta(minutes=1)


def person_turn(actor: Actor) -> None:
    """Until the transaction ends, no other question of this person is looked at, or of their widget's visitors.

    Commands are nobody's.
    """
    if _is_nobody(actor):
        return
    keys = [f"chat person {actor.user_id or actor.visitor_id}"]
    if isinstance(actor, InboxActor):
        keys.append(f"chat inbox {actor.inbox_id}")
    for key in keys:
        turn_take(key)


def person_limit(actor: Actor) -> None:
    """Raises TooMany for the person who asks too much; `extra` has the `seconds` to wait where they are known.

    Call it in the person's turn, or two questions at once are both the last one allowed. Commands are not limited,
    and keys have limits of their own.
    """
    if _is_nobody(actor):
        return
    now = timezone.now()
    own = Generation.objects.filter(conversation__in=conversations_of(actor))
    recent = own.filter(Q(status__in=LIVE) | Q(created_at__gt=now - MINUTE)).order_by("-created_at")
    rows = list(recent.values_list("status", "created_at"))
    if sum(status in LIVE for status, _at in rows) >= LIVE_PER_PERSON:
        raise TooMany(
            _("%(count)d of your questions are being answered already. Wait for one of them, or stop it.")
            % {"count": LIVE_PER_PERSON}
        )
    _not_too_fast([at for _status, at in rows if now - MINUTE < at <= now], now)
    if isinstance(actor, InboxActor):
        _inbox_limit(actor)


def _inbox_limit(actor: InboxActor) -> None:
    """The same for all visitors of a widget together: a flood may be of somebody new each time."""
    asked = Generation.objects.filter(conversation__inbox_id=actor.inbox_id)
    if asked.filter(status__in=LIVE).count() >= actor.live:
        raise TooMany(_("Very many people ask here right now. Please try again in a moment."))
    _rows_not_too_fast(asked, actor.per_minute)


def written_limit(conversation: Conversation) -> None:
    """The same for what is written to a person, where no answer is made. Raises TooMany."""
    _rows_not_too_fast(conversation.messages.filter(role=Role.USER))


def handover_limit(actor: Actor) -> None:
    """Raises TooMany for who waits for people in many conversations already: the inbox is everybody's, too."""
    waiting = conversations_of(actor).filter(standing__in=WITH_PEOPLE, is_trial=False)
    if waiting.count() >= WITH_PEOPLE_PER_PERSON:
        raise TooMany(
            _("You are waiting for a person in %(count)d conversations already. Write in one of them.")
            % {"count": WITH_PEOPLE_PER_PERSON}
        )


def _rows_not_too_fast(rows: QuerySet[Any], most: int | None = None) -> None:
    most, now = most or SENDS_PER_MINUTE, timezone.now()
    last = rows.filter(created_at__gt=now - MINUTE, created_at__lte=now).order_by("-created_at")
    _not_too_fast(list(last.values_list("created_at", flat=True)[:most]), now, most)


def _not_too_fast(times: Sequence[datetime], now: datetime, most: int | None = None) -> None:
    """`times` of the minute before `now`, the newest first."""
    most = most or SENDS_PER_MINUTE
    if len(times) >= most:
        seconds = math.ceil((times[most - 1] + MINUTE - now).total_seconds())
        message = ngettext(
            "Too many questions at once. Please wait %(seconds)d second.",
            "Too many questions at once. Please wait %(seconds)d seconds.",
            seconds,
        )
        raise TooMany(message % {"seconds": seconds}, extra={"seconds": seconds})


def _is_nobody(actor: Actor) -> bool:
    return actor.user_id is None and actor.visitor_id is None
