"""What somebody must see to now and then: imports whose worker died, and uploads that nobody came back for."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.audit.services import audit_record
from apps.core.actor import SYSTEM

from ..models import Import, ImportState
from .claims import OPEN, pending
from .ending import import_stop
from .hashing import unhashed, uploads_hash_wake
from .runner import imports_run
from .spool import spool_sweep

ABANDONED = timedelta(days=1)  # since the last bytes of an upload


def imports_upkeep() -> None:
    """Works itself where nobody else does."""
    abandoned_stop()
    spool_sweep(Import.objects.filter(state__in=OPEN).values_list("pk", flat=True))
    if unhashed().exists():
        uploads_hash_wake()
    if pending():
        imports_run()


def abandoned_stop() -> None:
    """Ends imports whose upload nobody goes on with; their bytes go."""
    left = Import.objects.filter(state=ImportState.RECEIVING, updated_at__lt=timezone.now() - ABANDONED)
    for import_id in left.values_list("pk", flat=True):
        with transaction.atomic():
            if import_stop(import_id):
                audit_record(actor=SYSTEM, action="import.abandoned", target=f"import:{import_id}")
