"""Stopping an answer, and seeing to answers whose writer died."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.core.actor import Actor
from apps.core.db import in_database

from ..generation.delivery.lease import ATTEMPTS, Ending, generation_close, lease_seize, stopped
from ..generation.delivery.log import Line
from ..generation.fold import fold, kept_event
from ..models import LIVE, Generation, GenerationEvent, Status
from ..selectors import access_generation
from .defer import generation_defer

# A writer gives a sign of life every second; one that is silent this long is dead, or as good as.
SILENT = timedelta(seconds=15)
# A queued answer whose job nobody holds any more is queued again after this.
FORGOTTEN = timedelta(seconds=30)
STOP_ALL_SEEN = 2**31 - 1
# The queue strikes silent workers off its list, and leaves their jobs as they are; the generations got others.
_JOBS_OF_THE_DEAD = """
DELETE FROM procrastinate_jobs
WHERE task_name = 'generation_run' AND status = 'doing' AND worker_id IS NULL
"""


@transaction.atomic
def generation_stop(*, actor: Actor, generation_id: UUID, seen_chars: int) -> None:
    """Asks the writer to stop; ends it here when it has not begun. What has ended stays as it is.

    `seen_chars` counts UTF-16 units, as a browser does. The writer keeps of the answer what the person had seen.
    """
    access_generation(actor=actor, generation_id=generation_id)
    generation = Generation.objects.select_for_update().get(pk=generation_id)
    if generation.status in LIVE:
        _stop(generation, max(seen_chars, 0))


def generation_halt(generation: Generation) -> None:
    """Stops a live one, whose row the caller holds locked, for another reason: all that was said so far stays."""
    _stop(generation, STOP_ALL_SEEN)


def _stop(generation: Generation, seen_chars: int) -> None:
    generation.stop_chars = seen_chars
    generation.save(update_fields=["stop_chars", "updated_at"])
    if generation.status == Status.QUEUED:
        _end(generation)


async def generations_recover() -> None:
    """Ends, or begins again, what lost its writer. Run it every few seconds, in any number of processes."""
    await in_database(_recover)


def _recover() -> None:
    for generation_id in Generation.objects.filter(
        status=Status.RUNNING, heartbeat_at__lt=Now() - SILENT
    ).values_list("pk", flat=True):
        _take_over(generation_id)
    for generation_id in Generation.objects.filter(
        status=Status.QUEUED, updated_at__lt=timezone.now() - FORGOTTEN
    ).values_list("pk", flat=True):
        generation_defer(generation_id)
    with connection.cursor() as cursor:
        cursor.execute(_JOBS_OF_THE_DEAD)


@transaction.atomic
def _take_over(generation_id: UUID) -> None:
    """Another try, which goes on behind what the reader has; after the last that stays, and the reader decides."""
    generation = (
        Generation.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=generation_id, status=Status.RUNNING, heartbeat_at__lt=Now() - SILENT)
        .first()
    )
    if generation is None:
        return
    if generation.stop_chars is not None or generation.epoch >= ATTEMPTS:
        _end(generation)
    else:
        generation.status = Status.QUEUED
        generation.save(update_fields=["status", "updated_at"])
        generation_defer(generation_id)


def _end(generation: Generation) -> None:
    """Writes the end in the place of whoever should have: stopped where that was asked for, else interrupted."""
    lease = lease_seize(generation.pk)
    answer = fold(GenerationEvent.objects.filter(generation=generation).values_list("seq", "event"))
    events = [kept_event(answer)] if lease.epoch > 1 else []  # readers may have been told more
    ending = Ending(Status.INTERRUPTED, code="lost")
    if generation.stop_chars is not None:
        ending, answer = stopped(answer, generation.stop_chars)
    events.append(ending.event(lease.answer_id))
    lines = [Line(lease, seq, event) for seq, event in enumerate(events, lease.next_seq)]
    generation_close(lease, ending, answer, lines)
