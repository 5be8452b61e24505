"""Files and images brought to a question: read before it is sent, part of its conversation from then on."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path, PurePath
from threading import BoundedSemaphore
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound, TooMany, Unavailable
from apps.knowledge.services import personal_read, personal_store

from ..files import IMAGE_SUFFIXES, LIMITS
from ..generation.guard import inputs_check
from ..models import Conversation, Message, QuestionFile
from ..selectors import files_unsent
from .images import image_add

FORGET_AFTER = timedelta(days=1)  # what was brought and never sent
# At a time in this process: fewer than there are threads for slow pages, so that the staff's have some.
_taking = BoundedSemaphore(4)


def file_add(*, actor: Actor, path: Path, name: str, size: int) -> QuestionFile:
    """Reads the file or image at `path` for the actor's next question.

    Raises BadInput with why it cannot be taken, TooMany for who has brought too many already, Unavailable where
    nothing can be read or searched now, or too many files are being taken.
    """
    if not _taking.acquire(blocking=False):
        raise Unavailable(_("Too many files are being read at the moment. Try again in a minute."))
    try:
        return _taken(actor, path, name, size)
    finally:
        _taking.release()


def _taken(actor: Actor, path: Path, name: str, size: int) -> QuestionFile:
    name = PurePath(name.replace("\\", "/")).name.replace("\0", "")[-200:] or "file"
    if size > LIMITS["bytes"]:
        raise BadInput(_("“%(name)s” is larger than %(limit)d MB.") % {"name": name, "limit": LIMITS["megabytes"]})
    suffix = PurePath(name).suffix.lower()
    if suffix not in LIMITS["suffixes"] and suffix not in IMAGE_SUFFIXES:
        raise BadInput(_("Files of this type cannot be read. Bring PDF, Word, Excel, CSV, HTML, Markdown or text."))
    if files_unsent(actor).count() >= LIMITS["files"]:
        raise TooMany(_("You have brought %(count)d files that are not sent yet.") % {"count": LIMITS["files"]})
    if suffix in IMAGE_SUFFIXES:
        return image_add(actor=actor, data=path.read_bytes(), name=name)
    reading = personal_read(path=path, name=name)
    texts = [piece.text for piece in reading.pieces]
    judged = async_to_sync(inputs_check)(texts)
    if judged is None:
        audit_record(
            actor=actor, action="file.refused", target="file:", data={"size": size, "sha256": reading.sha256}
        )
        raise BadInput(_("This file holds something that may not be asked about here."))
    kept = dict(zip(texts, judged, strict=True))
    with transaction.atomic():
        collection = personal_store(name=name, reading=reading, judged=lambda piece: kept[piece.text])
        file = QuestionFile.objects.create(
            owner_id=actor.user_id, visitor_id=actor.visitor_id, collection=collection, name=name, size=size
        )
        data = {"size": size, "sha256": reading.sha256, "passages": len(texts)}
        audit_record(actor=actor, action="file.brought", target=f"file:{file.pk}", data=data)
    return file


@transaction.atomic
def file_remove(*, actor: Actor, file_id: UUID) -> None:
    """Takes back one that is not sent yet. Raises NotFound unless it is the actor's own."""
    file = files_unsent(actor).filter(pk=file_id).first()
    if file is None:
        raise NotFound(_("There is no such file."))
    file.delete()
    audit_record(actor=actor, action="file.removed", target=f"file:{file_id}")


def files_send(actor: Actor, file_ids: Sequence[UUID], question: Message) -> None:
    """They belong to the question from now on. Raises NotFound unless all are the actor's own and not sent yet."""
    wanted = set(file_ids)
    if wanted and files_unsent(actor).filter(pk__in=wanted).update(message=question) != len(wanted):
        raise NotFound(_("A file is not there any more. Bring it again."))


def files_scope(conversation: Conversation) -> tuple[UUID, ...]:
    """The collections of what was sent in this conversation."""
    files = QuestionFile.objects.filter(message__conversation=conversation).exclude(collection=None)
    return tuple(files.values_list("collection_id", flat=True))


def files_forget() -> int:
    """Deletes what was brought a day ago and never sent; returns how many files."""
    old = QuestionFile.objects.filter(message=None, created_at__lt=timezone.now() - FORGET_AFTER)
    return old.delete()[1].get("chat.QuestionFile", 0)
