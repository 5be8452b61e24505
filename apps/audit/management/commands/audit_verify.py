"""Proves that no audit event was changed, removed or inserted; exit status 1 and the first bad row otherwise."""

from typing import Any

from django.core.management.base import CommandError

from apps.audit.selectors import audit_verification
from apps.core.commands import ServiceCommand


class Command(ServiceCommand):
    help = __doc__

    def run(self, **options: Any) -> None:
        result = audit_verification()
        data = {
            "ok": result.bad_id is None,
            "checked": result.checked,
            "bad_id": result.bad_id,
            "reason": result.reason,
        }
        text = f"{result.checked} events, whole" if data["ok"] else f"event {result.bad_id}: {result.reason}"
        self.emit(data, text)
        if result.bad_id is not None:
            raise CommandError(f"the audit log was tampered with at event {result.bad_id}: {result.reason}")
