"""Following a generation from any line on, exactly once each, whoever tells and writes it."""

from collections.abc import AsyncGenerator
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.db import in_database
from apps.core.errors import NotFound

from ...models import Generation
from ..fold import Event, follows
from .hub import hub
from .log import BATCH, lines_after
from .lookout import look_out
from .writer import writer


async def watch(generation_id: UUID, after_seq: int) -> AsyncGenerator[tuple[int, Event], None]:
    """Yields (seq, event), each following the one before, and ends behind the `end` event.

    `kept` takes back what came before it: from there on the answer is what it says. Raises NotFound when the
    generation is deleted meanwhile.

    Subscribes first, then looks at what is told and not written, and reads the log then: whatever happens in
    between is in two of them rather than in none, and is dropped once. Lines behind a gap wait for the log.
    """
    subscription = hub.subscribe(generation_id, after_seq)
    look_out()
    over = False
    try:
        while True:
            lines = subscription.take()
            if subscription.must_look:
                subscription.must_look, subscription.written = False, 0
                told = writer().told(generation_id)
                found, over = await in_database(lines_after, generation_id, after_seq)
                subscription.must_look |= len(found) == BATCH
                lines = sorted(dict([*lines, *told, *found]).items())
            early = []
            for seq, event in lines:
                if not follows(after_seq, seq, event):
                    early.append((seq, event))
                    continue
                after_seq = seq
                yield seq, event
                if event["kind"] == "end":
                    return
            subscription.put_back([line for line in early if line[0] > after_seq], after_seq)
            if over:
                if not await in_database(Generation.objects.filter(pk=generation_id).exists):
                    raise NotFound(_("The conversation was deleted, and this answer with it."))
                return
            subscription.has = after_seq
            if not subscription.must_look:
                await subscription.wait()
    finally:
        hub.leave(generation_id, subscription)
