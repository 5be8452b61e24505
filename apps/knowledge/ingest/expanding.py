"""An item that turns out to be many: the documents of a zip file take its place."""

from django.db.models import Max

from ..models import Import, ImportItem
from .results import Result


def members_add(result: Result) -> None:
    """The documents inside become items of their own, named after the file: "help.zip/returns.md".

    Whoever calls holds the collection, so two archives of an import do not lose each other's files of other types.
    """
    item, reading = result.item, result.reading
    assert reading is not None  # noqa: S101  the caller looked
    if reading.others:
        told = {"archive": item.name, "names": reading.others, "more": reading.others_more}
        before = Import.objects.values_list("left_out", flat=True).get(pk=item.parent_id)
        Import.objects.filter(pk=item.parent_id).update(left_out=[*before, told])
    items_add(
        item,
        [
            ImportItem(
                name=member_name(item.name, member.name), path=item.path, member=member.path, size=member.size
            )
            for member in reading.members
        ],
    )


def member_name(archive: str, member: str) -> str:
    return f"{archive}/{member}"[-500:]


def items_add(item: ImportItem, found: list[ImportItem]) -> None:
    """Puts `found` in the place of `item`, which is no document; names that are there already are left out."""
    parent = item.parent
    last = parent.items.aggregate(last=Max("position"))["last"] or 0
    for position, new in enumerate(found, last + 1):
        new.parent, new.position = parent, position
    ImportItem.objects.bulk_create(found, batch_size=500, ignore_conflicts=True)
    item.delete()
