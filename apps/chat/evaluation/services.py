"""What may be done with evaluations: starting one, stopping it, and seeing to those whose worker died."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound
from apps.knowledge.selectors import index_answering
from apps.registry.models import Kind
from apps.registry.selectors import Target, target_named

from ..models import RUN_LIVE, Assistant, EvaluationResult, EvaluationRun, EvaluationSet, RunState
from .records import collections_now
from .sets import case_add, set_create, set_delete, set_ensure

__all__ = [
    "case_add",
    "run_cancel",
    "run_create",
    "run_start",
    "runs_recover",
    "set_create",
    "set_delete",
    "set_ensure",
]

SILENT = timedelta(seconds=30)  # a worker gives a sign of life every five seconds
FORGOTTEN = timedelta(seconds=60)  # a queued run whose job nobody holds any more
ATTEMPTS = 5


@transaction.atomic
def run_start(
    *,
    actor: Actor,
    set_id: UUID,
    assistant: Assistant,
    model: str = "",
    threshold: float | None = None,
    note: str = "",
) -> EvaluationRun:
    """Queues a run of the set against `assistant`, with another `model` (alias, name@number) or threshold if given.

    Raises NotFound for a set or model that is not there, BadInput for a threshold outside 0 to 1.
    """
    if threshold is not None and not 0 <= threshold <= 1:
        raise BadInput(_("The threshold lies between 0 and 1."))
    settings = {
        "threshold": assistant.threshold if threshold is None else threshold,
        "verbatim": assistant.verbatim,
        "min_sentences": assistant.min_sentences,
        "max_sentences": assistant.max_sentences,
        "name": assistant.name,
        "texts": assistant.texts,
        "blocked_words": assistant.blocked_words,
        "strict": assistant.strict,
        "instructions": {language: assistant.in_language("instructions", language) for language in ("en", "zh")},
    }
    target = target_named(model or assistant.alias)
    ids = list(assistant.collections.values_list("pk", flat=True))
    run = run_create(
        actor=actor,
        set_id=set_id,
        target=target,
        collection_ids=ids,
        settings=settings,
        note=note,
        assistant=assistant,
    )
    _defer(run.pk)
    return run


@transaction.atomic
def run_create(
    *,
    actor: Actor,
    set_id: UUID,
    target: Target,
    collection_ids: list[UUID],
    settings: dict[str, Any],
    note: str = "",
    assistant: Assistant | None = None,
) -> EvaluationRun:
    """The rows of a run that nobody has begun; its cases are the set's as they are now."""
    asked = EvaluationSet.objects.filter(pk=set_id).first()
    if asked is None:
        raise NotFound(_("There is no such set."))
    if target.version.kind != Kind.GENERATOR:
        raise BadInput(_("This model does not write text."))
    run = EvaluationRun.objects.create(
        set=asked,
        assistant=assistant,
        model_version=target.version,
        quantization=target.quantization,
        collections=collections_now(collection_ids),
        settings=settings | ({"index": index_answering()} if collection_ids else {}),
        note=note.strip()[:200],
        actor_label=actor.label,
    )
    EvaluationResult.objects.bulk_create(
        EvaluationResult(
            run=run,
            position=case.position,
            question=case.question,
            answers=case.answers,
            document=case.document,
            passage=case.passage,
            group=case.group,
            before=case.before,
            near=case.near,
        )
        for case in asked.cases.all()
    )
    data = {"set": asked.name, "model": target.served_id, "assistant": assistant.slug if assistant else ""}
    audit_record(actor=actor, action="evaluation.started", target=f"evaluation_run:{run.pk}", data=data)
    return run


@transaction.atomic
def run_cancel(*, actor: Actor, run_id: UUID) -> EvaluationRun:
    """Ends a run that goes on; its worker notices at its next answer. One that has ended stays as it is."""
    run = EvaluationRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such run."))
    if run.state in RUN_LIVE:
        run.state, run.ended_at = RunState.CANCELLED, timezone.now()
        run.save(update_fields=["state", "ended_at", "updated_at"])
        audit_record(actor=actor, action="evaluation.cancelled", target=f"evaluation_run:{run.pk}")
    return run


def runs_recover() -> None:
    """Gives runs whose worker died to another, and gives up on those that lose one worker after the other."""
    now = timezone.now()
    lost = EvaluationRun.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=now - SILENT)
    lost.filter(epoch__gte=ATTEMPTS).update(state=RunState.FAILED, error="lost", ended_at=now, updated_at=now)
    # Old enough for the next step, which queues them.
    lost.filter(epoch__lt=ATTEMPTS).update(state=RunState.QUEUED, updated_at=now - FORGOTTEN)
    forgotten = EvaluationRun.objects.filter(state=RunState.QUEUED, updated_at__lte=now - FORGOTTEN)
    for run_id in forgotten.values_list("pk", flat=True):
        _defer(run_id)


def _defer(run_id: UUID) -> None:
    """Queues the job unless it waits there; in a transaction it appears with the commit."""
    from ..tasks import evaluation_task  # tasks import services

    with suppress(AlreadyEnqueued), transaction.atomic():
        evaluation_task.configure(queueing_lock=f"evaluation:{run_id}").defer(run_id=str(run_id))
