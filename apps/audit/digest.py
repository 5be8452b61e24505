"""The canonical form of an audit event, and its digest."""

import hashlib
import json
from typing import Any

GENESIS = "0" * 64


def event_content(event: Any) -> list[str]:
    """What the digest is over: every field, as text."""
    return [
        event.previous,
        event.at.isoformat(timespec="microseconds"),
        str(event.actor_user_id or ""),
        str(event.actor_visitor_id or ""),
        event.actor_label,
        event.actor_role,
        event.ip,
        event.action,
        event.target,
        json.dumps(event.data, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    ]


def event_digest(event: Any) -> str:
    """SHA-256 over the length-prefixed fields: no two different rows have the same bytes."""
    fields = (field.encode() for field in event_content(event))
    content = b"".join(len(data).to_bytes(8, "big") + data for data in fields)
    return hashlib.sha256(content).hexdigest()
