"""Adding to the log."""

import json
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
    with transaction.atomic(savepoint=False):
        heads = AuditHead.objects.select_for_update()
        head, _made = heads.get_or_create(pk=_HEAD, defaults={"digest": GENESIS})
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
        event.digest = event_digest(event)
        event.save(force_insert=True)
        head.count, head.digest = head.count + 1, event.digest
        head.save()
    return event
