"""Handing a generation to the job queue."""

from uuid import UUID

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from ..tasks import generation_task


def generation_defer(generation_id: UUID) -> None:
    """Queues the job in the caller's transaction; does nothing when it is waiting in the queue already."""
    try:
        with transaction.atomic():
            generation_task.configure(queueing_lock=f"generation:{generation_id}").defer(
                generation_id=str(generation_id)
            )
    except AlreadyEnqueued:
        return
