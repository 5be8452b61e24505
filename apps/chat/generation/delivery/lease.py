"""Who may write to a generation: taking it, and ending it exactly once."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils import timezone

from ...happenings import ending_told
from ...models import Generation, GenerationEvent, Message, Outcome, Status
from ..fold import Event, Folded, kept_part, utf16_units
from .log import NUMBERS, Lease, Line

# So often an answer is tried at most: one that takes its process down each time must not go on for ever.
ATTEMPTS = 3


@dataclass(frozen=True)
class Ending:
    """How a generation ends; `facts` are further columns of it.

    `kept_chars` is set by a stop: how many UTF-16 units of the text in the log are kept.
    """

    status: str
    outcome: str = ""
    confidence: float | None = None
    code: str = ""
    kept_chars: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def event(self, answer_id: UUID) -> Event:
        """The last event. Its message is written in the viewer's language by whoever relays it."""
        event = {
            "kind": "end",
            "status": self.status,
            "outcome": self.outcome or None,
            "code": self.code or None,
            "message": None,
            "confidence": self.confidence,
            "message_id": str(answer_id),
        }
        return event if self.kept_chars is None else event | {"kept_chars": self.kept_chars}


def stopped(answer: Folded, seen_chars: int) -> tuple[Ending, Folded]:
    """The ending of an answer that somebody stopped, and what is kept of it."""
    kept = kept_part(answer, seen_chars)
    outcome = Outcome.ANSWERED if kept.sources else ""
    return Ending(Status.STOPPED, outcome=outcome, kept_chars=utf16_units(kept.text)), kept


def lease_take(generation_id: UUID) -> Lease | None:
    """Takes a queued generation under a new epoch; None when another process has it or it has ended."""
    with transaction.atomic():
        taken = Generation.objects.filter(pk=generation_id, status=Status.QUEUED).update(
            status=Status.RUNNING,
            epoch=F("epoch") + 1,
            heartbeat_at=Now(),  # the database's clock: one for all
        )
        if not taken:
            return None
        return _lease(generation_id)


def lease_seize(generation_id: UUID) -> Lease:
    """Takes a live generation from whoever has it, and fences them off; call it with the row locked."""
    Generation.objects.filter(pk=generation_id).update(status=Status.RUNNING, epoch=F("epoch") + 1)
    return _lease(generation_id)


def _lease(generation_id: UUID) -> Lease:
    """It begins behind all numbers that an earlier attempt may have told, written or not."""
    generation = Generation.objects.annotate(last=Max("events__seq")).get(pk=generation_id)
    assert generation.answer_id is not None  # noqa: S101  only one that was continued, and so has ended, has none
    last = max(generation.last or 0, (generation.epoch - 1) * NUMBERS)
    return Lease(generation_id, generation.answer_id, generation.epoch, last + 1)


@transaction.atomic(savepoint=False)
def generation_close(lease: Lease, ending: Ending, answer: Folded, lines: list[Line]) -> bool:
    """Last lines, status and the stored answer in one transaction; False when the lease is not ours any more."""
    ended = Generation.objects.filter(pk=lease.generation_id, epoch=lease.epoch, status=Status.RUNNING).update(
        status=ending.status,
        outcome=ending.outcome,
        confidence=ending.confidence,
        error_code=ending.code,
        updated_at=timezone.now(),
        **ending.facts,
    )
    if not ended:
        return False
    _lines_add(lease, lines)
    Message.objects.filter(generation=lease.generation_id).update(
        text=answer.text, sources=answer.sources, notes=answer.notes
    )
    ending_told(Generation.objects.get(pk=lease.generation_id))
    return True


@transaction.atomic(savepoint=False)
def generation_return(lease: Lease, lines: list[Line]) -> bool:
    """Back into the queue, with what was said; False when the lease is not ours any more. The caller queues it."""
    mine = Generation.objects.filter(pk=lease.generation_id, epoch=lease.epoch, status=Status.RUNNING)
    if not mine.update(status=Status.QUEUED, updated_at=timezone.now()):
        return False
    _lines_add(lease, lines)
    return True


def _lines_add(lease: Lease, lines: list[Line]) -> None:
    GenerationEvent.objects.bulk_create(
        [GenerationEvent(generation_id=lease.generation_id, seq=line.seq, event=line.event) for line in lines],
        ignore_conflicts=True,  # a repeat after a connection that broke; the fence keeps others out
    )
