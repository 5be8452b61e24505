"""What an import says of the rows of tables that have more cells than their first one names."""

from collections.abc import Sequence
from dataclasses import asdict

from ..models import Import
from .results import Result


def wide_tell(parent: Import, results: Sequence[Result]) -> None:
    """Whoever calls holds the collection. A table that was read again is told anew."""
    read = {result.item.name: result.reading.table for result in results if result.reading}
    told = [
        {"table": name, "wide": [asdict(wide) for wide in table.wide]}
        for name, table in read.items()
        if table and table.wide
    ]
    if told:
        before = Import.objects.values_list("left_out", flat=True).get(pk=parent.pk)
        kept = [one for one in before if one.get("table") not in read]
        Import.objects.filter(pk=parent.pk).update(left_out=[*kept, *told])
