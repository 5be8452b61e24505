"""Files that arrive as a browser sends them."""

from collections.abc import Sequence
from typing import Any

from apps.core.actor import Actor
from apps.knowledge.models import Collection, Import
from apps.knowledge.services import receive_append, receive_finish, receive_start

File = tuple[str, bytes]  # name and content


def opened(actor: Actor, collection: Collection, files: Sequence[File]) -> Import:
    """An import that waits for the bytes of `files`."""
    declared = [{"name": name, "size": len(data)} for name, data in files]
    return receive_start(actor=actor, collection=collection, files=declared)


def received(actor: Actor, collection: Collection, files: Sequence[File]) -> Import:
    """With all bytes there."""
    row = opened(actor, collection, files)
    return receive_append(actor=actor, import_id=row.pk, offset=0, chunk=b"".join(data for _, data in files))


def uploaded(actor: Actor, collection: Collection, files: Sequence[File], **options: Any) -> Import:
    """Queued."""
    row = received(actor, collection, files)
    return receive_finish(actor=actor, import_id=row.pk, **options)
