"""Rollouts as jobs: started by a click, watched by polling."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import ApplicationError, BadInput, Conflict
from apps.registry.models import ModelVersion, Quantization, VersionState
from apps.registry.services import alias_move_check

from .activation import alias_activate, version_try
from .models import UNDER_WAY, Rollout, RolloutState
from .trial import Trial

logger = logging.getLogger(__name__)
_LOST_AFTER = timedelta(minutes=15)  # longer than the longest loading


@transaction.atomic
def rollout_start(
    *,
    actor: Actor,
    version: ModelVersion,
    quantization: str,
    alias: str = "",
    reason: str = "",
    question: str = "",
) -> Rollout:
    """Queues a trial of `version` or, with `alias`, its activation. Raises Conflict while one is under way."""
    if alias:
        alias_move_check(alias=alias, version=version, quantization=quantization, reason=reason)
    elif quantization not in Quantization.values:
        raise BadInput(_("Quantization must be none, int8 or nf4."))
    elif version.state != VersionState.READY:
        raise Conflict(_("Only a version that is ready can be tried."))
    ModelVersion.objects.select_for_update().get(pk=version.pk)  # two clicks at once: the second sees the first
    if Rollout.objects.filter(version=version, state__in=UNDER_WAY).exists():
        raise Conflict(_("This version is being loaded already."))
    rollout = Rollout.objects.create(
        version=version,
        quantization=quantization,
        alias=alias,
        reason=reason[:300],
        question=question[:500],
        actor={**asdict(actor), "visitor_id": None},
    )
    audit_record(
        actor=actor,
        action="rollout.started" if alias else "version.tried",
        target=f"version:{version.id}",
        data={"version": version.label, "quantization": quantization, "alias": alias},
    )
    from .tasks import rollout_job  # tasks import services

    rollout_job.defer(rollout_id=str(rollout.id))
    return rollout


def rollout_run(rollout_id: UUID) -> Rollout:
    """Does it, and leaves the outcome in the row. Takes as long as loading takes."""
    rollout = Rollout.objects.select_related("version__model").get(pk=rollout_id)
    if rollout.state != RolloutState.QUEUED:
        return rollout

    def watch(state: str) -> None:
        rollout.state = state
        rollout.save(update_fields=["state", "updated_at"])

    try:
        trial = _carry_out(rollout, watch)
        rollout.result, rollout.state = trial.as_dict(), RolloutState.DONE
    except ApplicationError as error:
        rollout.error, rollout.state = str(error.message), RolloutState.FAILED
    except Exception as error:  # the row must not say "loading" for ever, whatever broke
        logger.exception("rollout %s broke", rollout_id)
        rollout.error, rollout.state = f"{type(error).__name__}: {error}", RolloutState.FAILED
    rollout.save()
    return rollout


def _carry_out(rollout: Rollout, watch: Callable[[str], None]) -> Trial:
    if not rollout.alias:
        return version_try(
            version=rollout.version, quantization=rollout.quantization, question=rollout.question, watch=watch
        )
    _move, trial = alias_activate(
        actor=Actor(**rollout.actor),
        alias=rollout.alias,
        version=rollout.version,
        quantization=rollout.quantization,
        reason=rollout.reason,
        question=rollout.question,
        watch=watch,
    )
    return trial


def rollouts_recover() -> None:
    """Those whose worker died are said to have failed: loading again is a person's decision."""
    lost = Rollout.objects.filter(state__in=UNDER_WAY, updated_at__lt=timezone.now() - _LOST_AFTER)
    lost.update(state=RolloutState.FAILED, error=_("Interrupted: the process that did it ended. Try again."))
