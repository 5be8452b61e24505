"""Adding to the log."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from apps.core.actor import Actor

from .digest import GENESIS, event_digest
from .models import AuditEvent, AuditHead

_HEAD = 1


def audit_record(*, actor: Actor, action: str, target: str, data: dict[str, Any] | None = None) -> AuditEvent:
    """Appends an event inside the caller's transaction: act and record stand or fall together.

    `data` holds plain facts, never the text of a message.
    """
    return audit_record_each(actor=actor, action=action, targets=[target], data=data)[0]


def audit_record_each(
    *, actor: Actor, action: str, targets: Iterable[str], data: dict[str, Any] | None = None
) -> list[AuditEvent]:
    """The same done to several: an event each, in their order."""
    events = []
    with transaction.atomic(savepoint=False):
        heads = AuditHead.objects.select_for_update()
        head, _made = heads.get_or_create(pk=_HEAD, defaults={"digest": GENESIS})
        for target in targets:
            event = AuditEvent(
                at=timezone.now(),
                actor_user_id=actor.user_id,
                actor_visitor_id=actor.visitor_id,
                actor_label=actor.label,
                actor_role=actor.role,
                ip=actor.ip,
                action=action,
                target=target,
                data=json.loads(json.dumps(data or {}, cls=DjangoJSONEncoder)),
                previous=head.digest,
            )
            head.digest = event.digest = event_digest(event)
            events.append(event)
        AuditEvent.objects.bulk_create(events)
        head.count += len(events)
        head.save()
    return events
