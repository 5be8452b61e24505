"""What somebody must see to now and then: imports whose worker died, and files that nobody came back for."""

from ..models import Import
from .claims import OPEN, pending
from .runner import imports_run
from .spool import spool_sweep


def imports_upkeep() -> None:
    """Works itself where nobody else does."""
    spool_sweep(Import.objects.filter(state__in=OPEN).values_list("pk", flat=True))
    if pending():
        imports_run()
