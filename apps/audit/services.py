"""Adding to the log."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from apps.core.actor import Actor

from .digest import GENESIS, event_digest
from .models import AuditEvent

_CHAIN_LOCK = 0x9A71E7  # any constant: writers queue here, so that the chain never forks


def audit_record(*, actor: Actor, action: str, target: str, data: dict[str, Any] | None = None) -> AuditEvent:
    """Appends an event inside the caller's transaction: act and record stand or fall together.

    `data` holds plain facts, never the text of a message.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
        last = AuditEvent.objects.order_by("-id").values_list("digest", flat=True).first()
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
            previous=last or GENESIS,
        )
        event.digest = event_digest(event)
        event.save(force_insert=True)
    return event
