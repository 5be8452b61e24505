"""How a file that has arrived would be cut, before it is imported."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..access import manager_required
from ..ingest.blocks import Columns, Refused
from ..ingest.columns import columns_of
from ..ingest.passages import Splitting
from ..ingest.reading import Reading, Task
from ..ingest.reasons import reason
from ..ingest.sandbox import Sandbox
from ..models import ImportItem


def import_preview(
    *, actor: Actor, item_id: UUID, columns: Columns | None = None, splitting: Splitting | None = None
) -> Reading:
    """Reads a file as its import would, or with other columns or cut in another way, and stores nothing; of a zip
    file there are only the `members`.

    Raises BadInput with why the file would be refused, Conflict while it has not arrived, NotFound, NotAllowed.
    """
    manager_required(actor)
    item = ImportItem.objects.select_related("parent__collection").filter(pk=item_id).first()
    if item is None:
        raise NotFound(_("There is no such file."))
    if item.parent.received < min(item.offset + item.size, item.parent.size):
        raise Conflict(_("This file has not arrived yet."))
    try:
        with Sandbox() as sandbox:
            how = vars(columns or columns_of(item, item.parent)) | vars(
                splitting or item.parent.collection.splitting
            )
            return sandbox.read(Task(item.path, item.name, item.member, **how))
    except Refused as error:
        raise BadInput(reason(error.code, error.values)) from error
