"""Rollouts: started by a click, run as jobs and watched by polling; or carried out at once by a command."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import ApplicationError, BadInput, Conflict
from apps.core.sentences import stored
from apps.registry.models import ModelVersion, Quantization, VersionState
from apps.registry.services import alias_move_check

from ..calls.trial import Trial
from ..models import UNDER_WAY, Rollout, RolloutState
from .activation import version_activate, version_try
from .sayings import INTERRUPTED

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
    rollout = _create(actor, version, quantization, alias=alias, reason=reason, question=question)
    from ..tasks import rollout_job  # tasks import services

    rollout_job.defer(rollout_id=str(rollout.id))
    _record(actor, rollout)
    return rollout


def alias_activate(
    *, actor: Actor, alias: str, version: ModelVersion, quantization: str, reason: str, question: str = ""
) -> Trial:
    """The same at once, for commands: loads, warms and tries the version, then moves the alias.

    Raises what went wrong, in which case nothing moved.
    """
    with transaction.atomic():
        rollout = _create(actor, version, quantization, alias=alias, reason=reason, question=question)
        _record(actor, rollout)
    return _carry_out(rollout)


def _create(actor: Actor, version: ModelVersion, quantization: str, **wish: str) -> Rollout:
    if wish["alias"]:
        alias_move_check(alias=wish["alias"], version=version, quantization=quantization, reason=wish["reason"])
    elif quantization not in Quantization.values:
        raise BadInput(_("Quantization must be none, int8, int8-bnb or nf4."))
    elif version.state != VersionState.READY:
        raise Conflict(_("Only a version that is ready can be tried."))
    # Two clicks at once: the second sees the first.
    ModelVersion.objects.select_for_update(no_key=True, of=("self",)).get(pk=version.pk)
    if Rollout.objects.filter(version=version, state__in=UNDER_WAY).exists():
        raise Conflict(_("This version is being loaded already."))
    return Rollout.objects.create(
        version=version,
        quantization=quantization,
        alias=wish["alias"],
        reason=wish["reason"][:300],
        question=wish["question"][:500],
        actor={**asdict(actor), "visitor_id": None},
    )


def _record(actor: Actor, rollout: Rollout) -> None:
    audit_record(
        actor=actor,
        action="rollout.started" if rollout.alias else "version.tried",
        target=f"version:{rollout.version_id}",
        data={
            "version": rollout.version.label,
            "quantization": rollout.quantization,
            "alias": rollout.alias,
        },
    )


def rollout_run(rollout_id: UUID) -> Rollout:
    """Does what was queued, and leaves the outcome in the row. Takes as long as loading takes."""
    rollout = Rollout.objects.select_related("version__model").get(pk=rollout_id)
    if rollout.state == RolloutState.QUEUED:
        with suppress(ApplicationError):  # the row says it
            _carry_out(rollout)
    return rollout


def _carry_out(rollout: Rollout) -> Trial:
    def watch(state: str) -> None:
        rollout.state = state
        rollout.save(update_fields=["state", "updated_at"])

    try:
        with translation.override("en"):  # what is stored is shown in each reader's language
            trial = _bring_in(rollout, watch)
    except BaseException as error:  # the row must not say "loading" for ever, whatever broke
        rollout.error, rollout.state = _words(error), RolloutState.FAILED
        rollout.save()
        raise
    rollout.result, rollout.state = trial.as_dict(), RolloutState.DONE
    rollout.save()
    return trial


def _words(error: BaseException) -> str:
    if isinstance(error, ApplicationError):
        return str(error.message)
    if not isinstance(error, Exception):  # ctrl-C in a command
        return stored(INTERRUPTED)
    return f"{type(error).__name__}: {error}"


def _bring_in(rollout: Rollout, watch: Callable[[str], None]) -> Trial:
    if not rollout.alias:
        return version_try(
            version=rollout.version, quantization=rollout.quantization, question=rollout.question, watch=watch
        )
    return version_activate(
        actor=Actor(**rollout.actor),
        alias=rollout.alias,
        version=rollout.version,
        quantization=rollout.quantization,
        reason=rollout.reason,
        question=rollout.question,
        watch=watch,
    )


def rollouts_recover() -> None:
    """Those whose worker died are said to have failed: loading again is a person's decision."""
    lost = Rollout.objects.filter(state__in=UNDER_WAY, updated_at__lt=timezone.now() - _LOST_AFTER)
    lost.update(state=RolloutState.FAILED, error=stored(INTERRUPTED))
