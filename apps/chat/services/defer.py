"""Handing work to the job queue."""

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from ..tasks import ahead_task, generation_task


def generation_defer(generation_id: UUID) -> None:
    """Queues the job in the caller's transaction; does nothing when it is waiting in the queue already."""
    try:
        with transaction.atomic():
            generation_task.configure(queueing_lock=f"generation:{generation_id}").defer(
                generation_id=str(generation_id)
            )
    except AlreadyEnqueued:
        return


def ahead_defer(assistant_id: UUID, question: str) -> None:
    """Queues the answering ahead after `question`, unless it waits for this assistant already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        ahead_task.configure(queueing_lock=f"ahead:{assistant_id}").defer(
            assistant_id=str(assistant_id), question=question
        )
