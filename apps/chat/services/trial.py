"""Trying an assistant before it is saved: what the console's form holds, for who has it open."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import NotFound

from ..models import Assistant, Conversation
from .assistant import assistant_content, assistant_fill

FORGET_AFTER = timedelta(days=1)  # counted from the last question


def trial_slug(trial_id: UUID) -> str:
    """What the assistant that is tried is called; the client makes the id."""
    return f"trial-{trial_id.hex}"


@transaction.atomic
def assistant_try(*, actor: Actor, trial_id: UUID, collections: Iterable[str] = (), **fields: Any) -> Assistant:
    """Keeps what somebody is setting up as an assistant that answers them alone, from the next question on.

    Nothing else is changed. Raises BadInput as `assistant_upsert` does, and NotFound for somebody else's trial.
    """
    known = Assistant.with_trials.filter(pk=trial_id).first()
    trial = known or Assistant(pk=trial_id, slug=trial_slug(trial_id), editor_id=actor.user_id)
    if actor.user_id is None or trial.editor_id != actor.user_id:
        raise NotFound(_("There is no such assistant."))
    before = assistant_content(trial) if known else {}
    assistant_fill(trial, sorted(collections), fields)
    changed = [name for name, value in assistant_content(trial).items() if before.get(name) != value]
    if changed:
        data = {"name": trial.name, "fields": changed}
        audit_record(actor=actor, action="assistant.tried", target=f"assistant:{trial.slug}", data=data)
    return trial


def trials_forget() -> int:
    """Deletes what was last tried a day ago, with what was said; returns how many."""
    old = Assistant.with_trials.filter(updated_at__lt=timezone.now() - FORGET_AFTER).exclude(editor=None)
    return sum(map(_forget, old))


@transaction.atomic
def _forget(trial: Assistant) -> bool:
    Conversation.objects.filter(assistant=trial).delete()
    return bool(trial.delete()[0])
