"""The secrets that sites sign with. They follow from the installation's own key, so that no row gives them away."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.audit.services import audit_record
from apps.core.actor import Actor

from .inboxes import inbox_locked
from .models import Inbox

OVERLAP = timedelta(hours=24)  # so long a site may go on with the secret before


@transaction.atomic
def secret_make(*, actor: Actor, inbox_id: UUID) -> str:
    """A new secret; the one before it holds for a day more. Raises NotFound for an unknown inbox."""
    inbox = inbox_locked(inbox_id)
    inbox.old_secret_until = timezone.now() + OVERLAP if inbox.secret_serial else None
    inbox.secret_serial += 1
    inbox.save(update_fields=["secret_serial", "old_secret_until", "updated_at"])
    data = {"serial": inbox.secret_serial, "old_until": inbox.old_secret_until}
    audit_record(actor=actor, action="inbox.secret_made", target=f"inbox:{inbox.pk}", data=data)
    return _secret(inbox, inbox.secret_serial)


@transaction.atomic
def old_secret_end(*, actor: Actor, inbox_id: UUID) -> None:
    """Ends the secret before the newest one at once. Raises NotFound for an unknown inbox."""
    inbox = inbox_locked(inbox_id)
    if not inbox.has_old_secret:
        return
    inbox.old_secret_until = None
    inbox.save(update_fields=["old_secret_until", "updated_at"])
    audit_record(actor=actor, action="inbox.old_secret_ended", target=f"inbox:{inbox.pk}")


def secrets_of(inbox: Inbox) -> list[str]:
    """Those that hold now, the newest first."""
    serials = [inbox.secret_serial] if inbox.secret_serial else []
    if inbox.has_old_secret:
        serials.append(inbox.secret_serial - 1)
    return [_secret(inbox, serial) for serial in serials]


def _secret(inbox: Inbox, serial: int) -> str:
    return salted_hmac("apps.widget.secret", f"{inbox.pk} {serial}", algorithm="sha256").hexdigest()
