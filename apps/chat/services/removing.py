"""Deleting all of one's conversations: at once where they are few, else by a job, fifty in a transaction."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from apps.accounts.models import User
from apps.accounts.services import user_forget
from apps.core.actor import SYSTEM, Actor
from apps.core.db import in_database, in_database_waiting
from apps.core.errors import NotFound

from ..models import LIVE, REMOVAL_LIVE, Conversation, Removal, RemovalState, Standing
from ..selectors import conversations_listed
from .conversation import conversations_drop

logger = logging.getLogger(__name__)
AT_ONCE = 50  # conversations that are deleted in one transaction
PAUSE_SECONDS = 1.0  # after a fault
FAULTS = 3  # of the database in a row, such as a deadlock, after which it is given up
ATTEMPTS = 5  # processes that may die over it
SILENT = timedelta(seconds=30)  # every transaction is a sign of life
FORGOTTEN = timedelta(seconds=60)  # a queued one whose job nobody holds any more
KEPT = timedelta(days=1)  # one that has ended
AGAIN = timedelta(hours=1)  # after that a closed account is tried again that was given up


@dataclass(frozen=True)
class Step:
    """One transaction: `told` is one of those that it deleted, see `told_by`; `ended` says that nothing is left."""

    told: Conversation | None
    ended: bool


def removal_begin(*, actor: Actor, until: datetime, pinned: bool) -> tuple[Removal, Conversation | None]:
    """Deletes the actor's own that had begun at `until`, each as by itself, and pinned ones only where asked.

    A few are gone when it returns, with the one to tell of; more are left to a job, and so is what a fault of the
    database left of a few.
    """
    with transaction.atomic():
        removal = Removal(
            owner_id=actor.user_id,
            visitor_id=None if actor.user_id else actor.visitor_id,
            by={"label": actor.label, "role": actor.role, "ip": actor.ip},
            until=until,
            pinned=pinned,
        )
        removal.total = _leaving(removal).count()
        removal.save()
        if removal.total > AT_ONCE:
            _defer(removal.pk)
            return removal, None
    told, epoch = None, removal_take(removal.pk)
    while epoch is not None:
        try:
            step = removal_step(removal.pk, epoch)
        except DatabaseError:
            logger.exception("removal %s: some could not be deleted yet", removal.pk)
            with transaction.atomic():
                _ours(removal.pk, epoch).update(state=RemovalState.QUEUED)
                _defer(removal.pk)
            break
        if step is None or step.ended:
            break
        told = told_by(told, step.told)
    removal.refresh_from_db()
    return removal, told


def removal_of_account(*, actor: Actor, owner_id: int) -> None:
    """All of an account that was closed, by a job, and with the last of it the account; `actor` asked for it."""
    _remove_account(owner_id, {"user_id": actor.user_id, "label": actor.label, "role": actor.role, "ip": actor.ip})


async def removal_carry_out(removal_id: UUID) -> Conversation | None:
    """Goes on with one that nobody is at, to its end; returns the conversation to tell of.

    A process that is shut down leaves it as it is: `removals_recover` gives it to the next.
    """
    epoch = await in_database(removal_take, removal_id)
    told, faults = None, 0
    while epoch is not None:
        try:
            step = await in_database_waiting(removal_step, removal_id, epoch)
        except DatabaseError:
            logger.exception("removal %s: some could not be deleted", removal_id)
            faults += 1
            if faults == FAULTS:
                await in_database(_give_up, _ours(removal_id, epoch))
                break
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        faults = 0
        told = told_by(told, step.told if step else None)
        if step is None or step.ended:
            break
    return told


def removal_get(*, actor: Actor, removal_id: UUID) -> Removal:
    """The actor's own; raises NotFound for any other."""
    found = _of(actor).filter(pk=removal_id).first()
    if found is None:
        raise NotFound(_("There is no such deletion."))
    return found


def removal_live(actor: Actor) -> Removal | None:
    """The newest of the actor's that goes on."""
    return _of(actor).filter(state__in=REMOVAL_LIVE).order_by("-created_at").first()


def removal_take(removal_id: UUID) -> int | None:
    """A queued one becomes ours: its epoch. None where another process has it, or it has ended."""
    queued = Removal.objects.filter(pk=removal_id, state=RemovalState.QUEUED)
    if not queued.update(state=RemovalState.RUNNING, epoch=F("epoch") + 1, heartbeat_at=timezone.now()):
        return None
    return Removal.objects.values_list("epoch", flat=True).get(pk=removal_id)


@transaction.atomic
def removal_step(removal_id: UUID, epoch: int) -> Step | None:
    """Deletes some of what is left, and ends the removal where nothing is. None where it is no longer ours."""
    removal = _ours(removal_id, epoch).select_for_update().first()
    if removal is None:
        return None
    left = _leaving(removal)
    # One that is answered now goes by itself: writing the log locks many answers at once, in no order.
    ids = list(left.filter(generations__status__in=LIVE).values_list("pk", flat=True)[:1])
    ids = ids or list(left.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    deleted = conversations_drop(_actor(removal), left, ids) if ids else []
    now = timezone.now()
    removal.done, removal.heartbeat_at = removal.done + len(deleted), now
    if not ids:
        removal.state, removal.ended_at = RemovalState.DONE, now
    removal.save()
    if not ids and removal.owner_id is not None and removal.ends_account:
        user_forget(removal.owner_id)  # this was the last of it, and the removal goes along
    return Step(told_by(*deleted), ended=not ids)


def removals_recover() -> None:
    """Gives those whose process died to another, gives up on those that lose one after the other, and forgets."""
    now = timezone.now()
    lost = Removal.objects.filter(state=RemovalState.RUNNING, heartbeat_at__lt=now - SILENT)
    _give_up(lost.filter(epoch__gte=ATTEMPTS))
    _accounts_again(now)
    lost.filter(epoch__lt=ATTEMPTS).update(state=RemovalState.QUEUED, updated_at=now - FORGOTTEN)
    forgotten = Removal.objects.filter(state=RemovalState.QUEUED, updated_at__lte=now - FORGOTTEN)
    for removal_id in forgotten.values_list("pk", flat=True):
        _defer(removal_id)
    Removal.objects.filter(ended_at__lt=now - KEPT).delete()


def _accounts_again(now: datetime) -> None:
    """Every closed account that is still there has a removal that goes on, or gets another: by a new id, as whoever
    hung over the one that was given up may wake.
    """
    tried = Removal.objects.filter(owner=OuterRef("pk"))
    at_it = tried.filter(Q(state__in=REMOVAL_LIVE) | Q(state=RemovalState.FAILED, ended_at__gte=now - AGAIN))
    asked = tried.order_by("-created_at").values("by")[:1]
    left = User.objects.exclude(leaving_at=None).exclude(Exists(at_it)).annotate(by=Subquery(asked))
    for user_id, by in left.values_list("pk", "by"):
        _remove_account(user_id, by or {"user_id": None, "label": SYSTEM.label})


@transaction.atomic
def _remove_account(owner_id: int, by: dict[str, Any]) -> None:
    removal = Removal(owner_id=owner_id, by=by, until=timezone.now(), pinned=True)
    removal.total = _leaving(removal).count()
    removal.save()
    _defer(removal.pk)


def _give_up(removals: QuerySet[Removal]) -> None:
    removals.update(state=RemovalState.FAILED, ended_at=timezone.now())


def told_by(*deleted: Conversation | None) -> Conversation | None:
    """The one by whose end all hear of it who have to look again: with people in it, the inbox as well."""
    there = [one for one in deleted if one is not None]
    return next((one for one in there if one.standing != Standing.BOT), next(iter(there), None))


def _leaving(removal: Removal) -> QuerySet[Conversation]:
    return conversations_listed(_owner(removal)).filter(removal.takes)


def _owner(removal: Removal) -> Actor:
    """Whose it is."""
    return Actor(user_id=removal.owner_id, visitor_id=removal.visitor_id)


def _actor(removal: Removal) -> Actor:
    """Who asked for it: the owner, but where somebody else does away with the account."""
    return Actor(**{"user_id": removal.owner_id, "visitor_id": removal.visitor_id, **removal.by})


def _of(actor: Actor) -> QuerySet[Removal]:
    if actor.user_id is not None:
        return Removal.objects.filter(owner_id=actor.user_id)
    return Removal.objects.filter(owner=None, visitor_id=actor.visitor_id).exclude(visitor_id=None)


def _ours(removal_id: UUID, epoch: int) -> QuerySet[Removal]:
    return Removal.objects.filter(pk=removal_id, epoch=epoch, state=RemovalState.RUNNING)


def _defer(removal_id: UUID) -> None:
    """Queues the job unless it waits there; in a transaction it appears with the commit."""
    from ..tasks import removal_task  # tasks import services

    with suppress(AlreadyEnqueued), transaction.atomic():
        removal_task.configure(queueing_lock=f"removal:{removal_id}").defer(removal_id=str(removal_id))
