"""Uploads that survive a broken connection: the server's offset is the truth, the client goes on from it."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.chunks import FileShrunk, bytes_there, chunk_check, chunk_write, go_on_from, space_check
from apps.core.errors import BadInput, Conflict, NotFound, TooLarge
from apps.core.sentences import stored

from ..files import name_allowed, names_check, version_folder
from ..models import ModelVersion, Source, UploadedFile, VersionState
from ..reasons import CANCELLED
from .checking import check_defer
from .version import version_create, version_record

UPLOAD_BYTES = 200 * 1024**3


@transaction.atomic
def upload_start(*, actor: Actor, name: str, files: Iterable[dict[str, Any]]) -> ModelVersion:
    """A new version in the state `uploading`, with the files that will come: [{"name", "size" in bytes}].

    Raises BadInput for names that are not allowed, TooLarge and NoSpace before a byte was sent.
    """
    sizes = _declared(files)
    total = sum(sizes.values())
    if total > UPLOAD_BYTES:
        raise TooLarge(_("A model may have at most %(limit)d GB.") % {"limit": UPLOAD_BYTES // 1024**3})
    space_check(Path(settings.MODELS_DIR), total)
    version_id = uuid4()
    folder = version_folder(version_id)
    version = version_create(
        name=name, created_by=actor.label, id=version_id, path=str(folder), source=Source.UPLOAD, size_bytes=total
    )
    UploadedFile.objects.bulk_create(
        UploadedFile(version=version, name=file_name, size=size) for file_name, size in sizes.items()
    )
    for place in {folder, *((folder / file_name).parent for file_name in sizes)}:
        place.mkdir(parents=True, exist_ok=True, mode=0o750)
    version_record(actor, "version.created", version)
    return version


def _declared(files: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Name -> size of what will come."""
    declared = [(file.get("name"), file.get("size")) for file in files]
    names_check(name for name, _size in declared)
    sizes = {str(name): size for name, size in declared if type(size) is int and size > 0}
    if len(sizes) != len(declared):
        raise BadInput(_("Every file needs its size in bytes, at least 1."))
    return sizes


def upload_offset(*, version_id: UUID, name: str) -> UploadedFile:
    """The file with the offset from which to go on."""
    return _row(UploadedFile.objects.all(), version_id, name)


def _row(rows: QuerySet[UploadedFile], version_id: UUID, name: str) -> UploadedFile:
    # The list of names first: what it lets through is fit for a query and for a path.
    row = rows.filter(version_id=version_id, name=name).first() if name_allowed(name) else None
    if row is None:
        raise NotFound(_("There is no such upload."))
    return row


def upload_append(*, version_id: UUID, name: str, offset: int, chunk: bytes) -> UploadedFile:
    """Writes one chunk at `offset`. Raises Conflict with the right offset in `extra` when it is another one.

    The row's lock makes two clients take turns; the slower one is told the new offset. A file of which
    the disk lost a part begins again.
    """
    try:
        return _append(version_id, name, offset, chunk)
    except FileShrunk:
        _rewind(version_id)
        raise go_on_from(0) from None


@transaction.atomic
def _append(version_id: UUID, name: str, offset: int, chunk: bytes) -> UploadedFile:
    rows = UploadedFile.objects.select_for_update(no_key=True, of=("self",)).select_related("version")
    row = _row(rows, version_id, name)
    if row.version.state != VersionState.UPLOADING:
        raise Conflict(_("This version takes no more files."))
    chunk_check(chunk, offset, received=row.received, size=row.size)
    chunk_write(version_folder(version_id) / row.name, row.received, chunk)
    row.received += len(chunk)
    row.save(update_fields=["received", "updated_at"])
    return row


def _rewind(version_id: UUID) -> None:
    """Files of which the disk holds less than their rows say are sent anew."""
    for row in UploadedFile.objects.filter(version_id=version_id):
        if bytes_there(version_folder(version_id) / row.name) < row.received:
            UploadedFile.objects.filter(pk=row.pk, received=row.received).update(received=0)


def upload_finish(*, actor: Actor, version_id: UUID, sha256: Mapping[str, str] | None = None) -> ModelVersion:
    """All bytes are there: the check begins, in a job, and compares them with `sha256` of the files it names."""
    _rewind(version_id)
    with transaction.atomic():
        version = _locked(version_id)
        rows = list(version.files.all())
        missing = [row.name for row in rows if row.received != row.size]
        if missing:
            raise Conflict(_("Not complete yet: %(names)s.") % {"names": ", ".join(missing)})
        for row in rows:
            row.sha256 = (sha256 or {}).get(row.name, "").lower()[:64]
        UploadedFile.objects.bulk_update(rows, ["sha256"])
        version.state = VersionState.CHECKING
        version.save(update_fields=["state", "updated_at"])
        check_defer(version)
        version_record(actor, "version.uploaded", version)
    return version


@transaction.atomic
def upload_cancel(*, actor: Actor, version_id: UUID) -> ModelVersion:
    """Gives an unfinished upload up; its bytes are removed, its number stays."""
    version = _locked(version_id)
    version.state, version.rejection = VersionState.REJECTED, stored(CANCELLED)
    version.save(update_fields=["state", "rejection", "updated_at"])
    transaction.on_commit(lambda: shutil.rmtree(version_folder(version.id), ignore_errors=True))
    version_record(actor, "version.cancelled", version)
    return version


def _locked(version_id: UUID) -> ModelVersion:
    versions = ModelVersion.objects.select_for_update(no_key=True, of=("self",)).select_related("model")
    version = versions.filter(pk=version_id).first()
    if version is None:
        raise NotFound(_("There is no such upload."))
    if version.state != VersionState.UPLOADING:
        raise Conflict(_("This upload has ended already."))
    return version
