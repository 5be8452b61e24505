"""Following a generation from any line on, exactly once each, whoever writes it."""

from collections.abc import AsyncGenerator
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.db import in_database
from apps.core.errors import NotFound

from ..models import Generation
from .fold import Event
from .hub import hub
from .log import BATCH, lines_after
from .lookout import look_out


async def watch(generation_id: UUID, after_seq: int) -> AsyncGenerator[tuple[int, Event], None]:
    """Yields (seq, event) without gap or repetition and ends behind the `end` event.

    Raises NotFound when the generation is deleted meanwhile. Subscribes first and reads the log then: what is
    written in between is in both, and is dropped once.
    """
    subscription = hub.subscribe(generation_id, after_seq)
    look_out()
    try:
        lines, over = await in_database(lines_after, generation_id, after_seq)
        while True:
            for seq, event in lines:
                if seq > after_seq + 1:
                    break  # a gap: the buffer was emptied, or this process saw only part; the log has all of it
                if seq <= after_seq:
                    continue
                after_seq = seq
                yield seq, event
                if event["kind"] == "end":
                    return
            if over:
                if not await in_database(Generation.objects.filter(pk=generation_id).exists):
                    raise NotFound(_("The conversation was deleted, and this answer with it."))
                return
            caught_up = len(lines) < BATCH and (not lines or lines[-1][0] <= after_seq)
            subscription.has = after_seq
            lines = subscription.take() if caught_up and await subscription.wait() else []
            if not lines:
                lines, over = await in_database(lines_after, generation_id, after_seq)
    finally:
        hub.leave(generation_id, subscription)
