"""Putting a version into service: it must load and answer before a name moves."""

import logging
from collections.abc import Callable

from apps.core.actor import Actor
from apps.core.errors import ApplicationError
from apps.registry.models import ModelVersion, Source
from apps.registry.selectors import Target, target_for
from apps.registry.services import alias_move, alias_move_check

from ..calls.trial import QUESTION, Trial, try_once
from ..errors import RuntimeRefused
from ..runtime.control import Loaded, model_load
from ..runtime.waiting import model_ensure
from .holding import NO_ROOM, make_room

logger = logging.getLogger(__name__)
Watch = Callable[[str], None]


def _unwatched(state: str) -> None:
    """Nobody looks on."""


def deployment_ensure(*, target: Target) -> Loaded | None:
    """Returns once the target can answer. Raises RuntimeRefused with the runtime's reason when it does not load.

    None for a model of another server, which loads its models itself.
    """
    version = target.version
    if version.source == Source.ENDPOINT:
        return None
    return model_ensure(served_id=target.served_id, path=version.path, quantization=target.quantization)


def deployment_begin(*, target: Target) -> None:
    """Asks our runtime for it and returns at once. Where that fails, `runtime_reconcile` goes on asking."""
    if target.version.source == Source.ENDPOINT:
        return
    try:
        model_load(served_id=target.served_id, path=target.version.path, quantization=target.quantization)
    except ApplicationError as error:
        logger.warning("%s is not loaded yet: %s", target.served_id, error)


def version_try(
    *, version: ModelVersion, quantization: str, question: str = QUESTION, watch: Watch = _unwatched
) -> Trial:
    """Loads the version beside whatever serves and lets it answer once. `watch` is told each state."""
    target = target_for(version, quantization)
    watch("loading")
    while True:
        try:
            deployment_ensure(target=target)
            break
        except RuntimeRefused as error:
            if NO_ROOM not in error.extra.get("cause", "") or not make_room(target):
                raise
    watch("trying")
    return try_once(target, question)


def version_activate(
    *,
    actor: Actor,
    alias: str,
    version: ModelVersion,
    quantization: str,
    reason: str,
    question: str = QUESTION,
    watch: Watch = _unwatched,
) -> Trial:
    """Loads, warms and tries the version, then moves the alias. When any of it fails nothing moves.

    What stood behind the alias goes on serving meanwhile; `runtime_reconcile` unloads it a little later, when no
    request can be on its way to it any more. The loop unloads what nothing asks for, so a rollout must be at work.
    """
    alias_move_check(alias=alias, version=version, quantization=quantization, reason=reason)
    trial = version_try(version=version, quantization=quantization, question=question, watch=watch)
    alias_move(actor=actor, alias=alias, version=version, quantization=quantization, reason=reason)
    return trial
