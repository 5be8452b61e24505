"""Reading the log, and proving it whole."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.days import within

from .digest import GENESIS, event_content, event_digest
from .models import AuditEvent, AuditHead

__all__ = ["Verification", "audit_events", "audit_verification", "event_content"]


def audit_events(
    *,
    action: str = "",
    target: str = "",
    actor: str = "",
    since: str = "",
    until: str = "",
) -> QuerySet[AuditEvent]:
    """Newest first; each filter is exact and an empty one does not filter. `since` and `until` are ISO days, both
    included.
    """
    events = AuditEvent.objects.filter(**within("at", since=since, until=until))
    for field, value in {"action": action, "target": target, "actor_label": actor}.items():
        if value:
            events = events.filter(**{field: value})
    return events


@dataclass(frozen=True)
class Verification:
    """`bad_id` is the first row whose content or place in the chain is not what was written."""

    checked: int
    bad_id: int | None = None
    reason: str = ""


def audit_verification() -> Verification:
    """Walks the whole chain in order."""
    previous, checked, last = GENESIS, 0, 0
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=2000):
        if event.previous != previous:
            return Verification(checked, event.pk, _("a row before it was removed, inserted or moved"))
        if event.digest != event_digest(event):
            return Verification(checked, event.pk, _("its content was changed"))
        previous, checked, last = event.digest, checked + 1, event.pk
    head = AuditHead.objects.first()
    if head is not None and (head.count, head.digest) != (checked, previous):
        return Verification(checked, last, _("events after it were removed"))
    return Verification(checked)
