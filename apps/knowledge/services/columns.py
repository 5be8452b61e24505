"""What the columns of one table are for, chosen before its import, or before it is tried again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..access import manager_required
from ..ingest.blocks import Columns
from ..models import ImportItem, ItemState

LONGEST = 200  # characters of a column's name


@transaction.atomic
def item_columns_set(*, actor: Actor, item_id: UUID, columns: Columns) -> ImportItem:
    """Raises BadInput for one column in two places, Conflict once the file is imported, NotFound, NotAllowed."""
    manager_required(actor)
    item = ImportItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound(_("There is no such file."))
    if item.state not in {ItemState.RECEIVING, ItemState.FAILED}:
        raise Conflict(_("This file is imported already. Import it again to choose other columns."))
    named = [name for name in (columns.question, columns.answer, *columns.ignored) if name]
    if len(named) != len(set(named)) or any(len(name) > LONGEST for name in named):
        raise BadInput(_("Choose one column for the questions and another for the answers, or neither."))
    item.question, item.answer = columns.question, columns.answer
    item.ignored, item.rows = list(columns.ignored), columns.rows
    item.save(update_fields=["question", "answer", "ignored", "rows", "updated_at"])
    data = {"file": item.name, **vars(columns)}
    audit_record(actor=actor, action="import.columns_chosen", target=f"import:{item.parent_id}", data=data)
    return item
