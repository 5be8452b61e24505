"""The event log in the database: appending under the fence, and reading."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ...models import LIVE, Generation, GenerationEvent
from ..fold import Event, follows

BATCH = 500
# Each attempt has so many numbers of its own: what one told and did not write can be taken for no line of the next.
NUMBERS = 1_000_000


@dataclass(frozen=True)
class Lease:
    """The right to write to one generation, until somebody takes it over and raises the epoch."""

    generation_id: UUID
    answer_id: UUID
    epoch: int
    next_seq: int = 1


@dataclass(frozen=True)
class Line:
    """One event on its way into the log."""

    lease: Lease
    seq: int
    event: Event


# The row lock makes a takeover and an append wait for each other, so nothing is written under an old epoch.
# A repeat after a connection broke at the commit finds its own lines there already.
_APPEND = """
WITH held AS (
    UPDATE chat_generation AS generation SET heartbeat_at = now()
    FROM unnest(%(live)s::uuid[], %(epochs)s::int[]) AS live(id, epoch)
    WHERE generation.id = live.id AND generation.epoch = live.epoch AND generation.status = 'running'
    RETURNING generation.id, generation.stop_chars
), appended AS (
    INSERT INTO chat_generationevent (generation_id, seq, event)
    SELECT generation_id, seq, event::jsonb
    FROM unnest(%(ids)s::uuid[], %(seqs)s::int[], %(events)s::text[]) AS line(generation_id, seq, event)
    WHERE generation_id IN (SELECT id FROM held)
    ON CONFLICT (generation_id, seq) DO NOTHING
)
SELECT id, stop_chars FROM held
"""


def lines_append(leases: Iterable[Lease], lines: Sequence[Line]) -> dict[UUID, int | None]:
    """Writes the lines of all `leases` and that their writer lives, in one statement.

    Returns those still held, with `stop_chars` where a stop was asked.
    """
    held = list(leases)
    parameters: dict[str, Any] = {
        "live": [lease.generation_id for lease in held],
        "epochs": [lease.epoch for lease in held],
        "ids": [line.lease.generation_id for line in lines],
        "seqs": [line.seq for line in lines],
        "events": [json.dumps(line.event, ensure_ascii=False) for line in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, parameters)
        return dict(cursor.fetchall())


def lines_of(generation_id: UUID) -> list[tuple[int, Event]]:
    """All that was written so far."""
    return list(GenerationEvent.objects.filter(generation_id=generation_id).values_list("seq", "event"))


def lines_after(generation_id: UUID, after_seq: int) -> tuple[list[tuple[int, Event]], bool]:
    """The next lines, each following the one before, at most `BATCH`, and whether no more will ever come.

    The status is read first: of an ended generation the lines are then complete.
    """
    live = Generation.objects.filter(pk=generation_id, status__in=LIVE).exists()
    lines = GenerationEvent.objects.filter(generation_id=generation_id, seq__gt=after_seq).order_by("seq")
    found: list[tuple[int, Event]] = []
    for seq, event in lines.values_list("seq", "event")[:BATCH]:
        if not follows(after_seq, seq, event):
            break
        after_seq = seq
        found.append((seq, event))
    return found, not live and len(found) < BATCH
