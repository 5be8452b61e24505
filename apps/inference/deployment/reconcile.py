"""Making the runtime hold what the rows ask for: after its restart, after a crash, after a move."""

import logging
import time
from datetime import timedelta
from threading import Event

from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone

from apps.core.threads import short_call
from apps.registry.models import Kind, Source
from apps.registry.selectors import Target, alias_targets, moves_since, target_for
from apps.registry.services import checks_recover

from ..calls.packaged import CHINESE, ENGLISH, is_former, packaged_folder
from ..errors import NoControl, RuntimeRefused
from ..models import UNDER_WAY, Rollout
from ..runtime.control import Loaded, loaded_models, model_load, model_unload
from .holding import NO_ROOM, ours, rollbacks
from .needs import needed
from .rollout import rollouts_recover

logger = logging.getLogger(__name__)
# After a move, requests that were on their way to the old version still arrive for a moment.
GRACE = timedelta(seconds=30)
# What was tried stays a while: the person who reads the answer may want to put the version into service.
TRIED = timedelta(minutes=5)
_RETRY_SECONDS = 60.0
_not_before: dict[str, float] = {}
_tidied = Event()  # what another release left in the runtime before this process began is gone


async def runtime_reconcile() -> None:
    """One round, off the event loop. Raises RuntimeUnavailable when the runtime does not answer."""
    await short_call(_round)


def reconcile_now() -> None:
    """One round: unloads what nothing asks for any more, starts loading what is missing (returns at once)."""
    checks_recover()
    rollouts_recover()
    try:
        loaded = {model.id: model for model in loaded_models()}
    except NoControl:
        return  # a server that was started with its models; there is nothing to reconcile
    asked = [*alias_targets(Kind.GENERATOR), *needed()]
    wanted = {target.served_id: target for target in asked if target.version.source != Source.ENDPOINT}
    kept = {*wanted, *(target.served_id for target in _passing())}
    if not any(model.id in wanted and NO_ROOM in model.error for model in loaded.values()):
        kept |= rollbacks()
    # First, so that there is room for what is loaded below.
    for model in loaded.values():
        left_behind = is_former(model.id) and not _tidied.is_set()  # a later one is of a release that runs beside
        if left_behind or (ours(model) and model.id not in kept):
            model_unload(served_id=model.id)
    _tidied.set()
    for target in wanted.values():
        _load(target.served_id, target.version.path, target.quantization, loaded)
    for packaged in (ENGLISH, CHINESE):
        if path := packaged_folder(packaged, make=False):  # the Chinese one once it was needed here
            _load(packaged.served_id, str(path), packaged.quantization, loaded)


def _round() -> None:
    close_old_connections()
    try:
        reconcile_now()
    finally:
        close_old_connections()


def _load(served_id: str, path: str, quantization: str, loaded: dict[str, Loaded]) -> None:
    found = loaded.get(served_id)
    if found is not None and found.state != "failed":
        return
    now = time.monotonic()
    if now < _not_before.get(served_id, now):
        return  # it failed a moment ago
    if found is not None:
        _not_before[served_id] = now + _RETRY_SECONDS
    try:
        model_load(served_id=served_id, path=path, quantization=quantization)
    except RuntimeRefused as error:  # the others are loaded all the same
        _not_before[served_id] = now + _RETRY_SECONDS
        logger.warning("%s: %s", served_id, error)


def _passing() -> list[Target]:
    """Needed for the moment: what is being tried or brought in, and what has just been replaced."""
    tried = Q(alias="") | ~Q(version__kind=Kind.GENERATOR)  # the policy that asks for a classifier comes after it
    recent = tried & Q(updated_at__gt=timezone.now() - TRIED)
    rollouts = Rollout.objects.filter(Q(state__in=UNDER_WAY) | recent).select_related("version__model")
    coming = [target_for(rollout.version, rollout.quantization) for rollout in rollouts]
    replaced = [
        target_for(move.from_version, move.from_quantization)
        for move in moves_since(timezone.now() - GRACE)
        if move.from_version is not None
    ]
    return [*coming, *replaced]
