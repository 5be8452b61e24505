"""A run's rows: what it asks, what came of it, and its one end."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.knowledge.models import Collection, Document
from apps.knowledge.selectors import passages_there
from apps.registry.selectors import target_for

from ..models import AskedCase, EvaluationResult, EvaluationRun, RunState
from .cases import Case
from .report import Result, report
from .run import Setting


@dataclass(frozen=True)
class Lease:
    """The right to write to a run, until somebody cancels it or takes it over."""

    run_id: UUID
    epoch: int
    setting: Setting
    open: tuple[tuple[int, Case], ...]  # position and case of what was not asked yet


def lease_take(run_id: UUID) -> Lease | None:
    """A queued run becomes ours; None when it is another's or has ended. What was asked is not asked again."""
    taken = EvaluationRun.objects.filter(pk=run_id, state=RunState.QUEUED).update(
        state=RunState.RUNNING, epoch=F("epoch") + 1, heartbeat_at=timezone.now(), updated_at=timezone.now()
    )
    if not taken:
        return None
    run = EvaluationRun.objects.select_related("model_version__model").get(pk=run_id)
    left = tuple((row.position, case_of(row)) for row in run.results.filter(asked_at=None))
    return Lease(run.pk, run.epoch, setting_of(run), left)


def setting_of(run: EvaluationRun) -> Setting:
    ids = tuple(UUID(collection["id"]) for collection in run.collections)
    return Setting(
        collection_ids=ids,
        documents=dict(Document.objects.filter(collection_id__in=ids).values_list("pk", "name")),
        target=target_for(run.model_version, run.quantization),
        passages=passages_standing(run.results.values_list("passage", flat=True)),
        **run.settings,
    )


def passages_standing(ids: Iterable[str]) -> frozenset[str]:
    """Of passages that are expected, those that stand in their documents; empty ids are left out."""
    there = passages_there(UUID(value) for value in set(ids) if value)
    return frozenset(str(pk) for pk, stands in there.items() if stands)


def lease_beat(lease: Lease) -> bool:
    """A sign of life; False when the lease is not ours any more."""
    now = timezone.now()
    return bool(_ours(lease).update(heartbeat_at=now, updated_at=now))


@transaction.atomic
def result_store(lease: Lease, position: int, result: Result) -> bool:
    """False, and nothing stored, when the lease is not ours any more."""
    if not lease_beat(lease):
        return False
    EvaluationResult.objects.filter(run_id=lease.run_id, position=position).update(
        asked_at=timezone.now(),
        text=result.text,
        sources=result.sources,
        outcome=result.outcome,
        confidence=result.confidence,
        retrieval_confidence=result.retrieval_confidence,
        found_at=result.found_at,
        correct=result.correct,
        error=result.error,
        timings_ms=result.timings_ms,
    )
    return True


def run_close(lease: Lease, state: str, error: str = "") -> bool:
    """The one end, with the figures of what was asked; False when somebody else ended it."""
    rows = EvaluationResult.objects.filter(run_id=lease.run_id).exclude(asked_at=None)
    metrics = report([result_of(row) for row in rows])
    run = EvaluationRun.objects.get(pk=lease.run_id)
    metrics["documents_changed"] = run.collections != collections_now(UUID(c["id"]) for c in run.collections)
    now = timezone.now()
    return bool(_ours(lease).update(state=state, error=error, metrics=metrics, ended_at=now, updated_at=now))


def collections_now(ids: Iterable[UUID]) -> list[dict[str, str | int]]:
    """Which collections a run searches, and in which version."""
    rows = Collection.objects.filter(pk__in=list(ids)).order_by("slug")
    return [{"id": str(row.pk), "slug": row.slug, "version": row.version} for row in rows]


def case_of(row: AskedCase) -> Case:
    before = tuple(row.before)
    return Case(row.question, tuple(row.answers), row.document, row.group, before, row.passage, row.near)


def result_of(row: EvaluationResult) -> Result:
    return Result(
        case=case_of(row),
        text=row.text,
        sources=row.sources,
        outcome=row.outcome,
        confidence=row.confidence,
        retrieval_confidence=row.retrieval_confidence,
        found_at=row.found_at,
        correct=row.correct,
        error=row.error,
        timings_ms=row.timings_ms,
    )


def _ours(lease: Lease) -> QuerySet[EvaluationRun]:
    return EvaluationRun.objects.filter(pk=lease.run_id, epoch=lease.epoch, state=RunState.RUNNING)
