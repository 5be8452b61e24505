"""The event log in the database: appending under the fence, and reading."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ..models import LIVE, Generation, GenerationEvent
from .fold import Event

BATCH = 500


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
WITH line AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(epochs)s::int[], %(seqs)s::int[], %(events)s::text[])
        AS line(generation_id, epoch, seq, event)
), held AS (
    SELECT id FROM chat_generation
    WHERE status = 'running' AND (id, epoch) IN (SELECT generation_id, epoch FROM line)
    FOR SHARE
), appended AS (
    INSERT INTO chat_generationevent (generation_id, seq, event)
    SELECT generation_id, seq, event::jsonb FROM line WHERE generation_id IN (SELECT id FROM held)
    ON CONFLICT (generation_id, seq) DO NOTHING
)
SELECT id FROM held
"""

_HEARTBEAT = """
UPDATE chat_generation AS generation SET heartbeat_at = now()
FROM unnest(%(ids)s::uuid[], %(epochs)s::int[]) AS live(id, epoch)
WHERE generation.id = live.id AND generation.epoch = live.epoch AND generation.status = 'running'
RETURNING generation.id, generation.stop_chars
"""


def lines_append(lines: Sequence[Line]) -> set[UUID]:
    """Writes the lines of any number of generations in one statement; returns those whose lease still holds."""
    parameters: dict[str, Any] = {
        "ids": [line.lease.generation_id for line in lines],
        "epochs": [line.lease.epoch for line in lines],
        "seqs": [line.seq for line in lines],
        "events": [json.dumps(line.event, ensure_ascii=False) for line in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, parameters)
        return {row[0] for row in cursor.fetchall()}


def heartbeat(leases: Iterable[Lease]) -> dict[UUID, int | None]:
    """Says that their writer lives; returns those still held, with `stop_chars` where a stop was asked."""
    held = list(leases)
    ids, epochs = [lease.generation_id for lease in held], [lease.epoch for lease in held]
    with connection.cursor() as cursor:
        cursor.execute(_HEARTBEAT, {"ids": ids, "epochs": epochs})
        return dict(cursor.fetchall())


def lines_of(generation_id: UUID) -> list[tuple[int, Event]]:
    """All that was written so far."""
    return list(GenerationEvent.objects.filter(generation_id=generation_id).values_list("seq", "event"))


def lines_after(generation_id: UUID, after_seq: int) -> tuple[list[tuple[int, Event]], bool]:
    """The next lines without a gap, at most `BATCH`, and whether no more will ever come behind them.

    The status is read first: of an ended generation the lines are then complete.
    """
    live = Generation.objects.filter(pk=generation_id, status__in=LIVE).exists()
    lines = GenerationEvent.objects.filter(generation_id=generation_id, seq__gt=after_seq).order_by("seq")
    found: list[tuple[int, Event]] = []
    for seq, event in lines.values_list("seq", "event")[:BATCH]:
        if seq != after_seq + len(found) + 1:
            break
        found.append((seq, event))
    return found, not live and len(found) < BATCH
