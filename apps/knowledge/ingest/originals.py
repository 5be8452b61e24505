"""The files that documents were made of, kept by their content: to be opened from a citation, and cut anew."""

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path, PurePath

from django.conf import settings
from django.db import connection, transaction

from ..models import Document, ImportItem
from .blocks import Refused
from .extract.archive import read_member
from .sniff import MAX_BYTES, known

_LOCK = 0x9A71EB  # shared by those who store a document with its original, alone for whoever removes some
_SWEEP_SECONDS = 3600  # younger ones may belong to a document that is being stored
_SWEEP_AT_ONCE = 1000


def original_path(name: str) -> Path:
    return Path(settings.DATA_DIR) / "originals" / name[:2] / name


def original_keep(item: ImportItem, sha256: str) -> str:
    """The name under which what was just read is kept: its hash, with the ending by which it is read.

    Raises Refused where it cannot be kept. A member of a zip file was read in the sandbox before, so it is no bomb.
    """
    suffix = PurePath(item.member or item.path).suffix.lower()
    name = sha256 + (suffix if known(f"file{suffix}") else "")
    path = original_path(name)
    try:
        if path.exists():
            os.utime(path)
            return name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        # A name of its own until it is whole; two hands may keep the same file at once.
        part = path.with_name(f".{item.pk}")
        _copy(item, part)
        part.rename(path)
    except OSError as error:
        raise Refused("unkept", cause=error.strerror) from error
    return name


def _copy(item: ImportItem, target: Path) -> None:
    target.touch(mode=0o640)
    with Path(item.path).open("rb") as source, target.open("wb") as kept:
        if item.member:
            kept.write(read_member(source, item.member, MAX_BYTES))
        else:
            shutil.copyfileobj(source, kept)


def originals_missing(names: Iterable[str]) -> set[str]:
    """Those that somebody removed meanwhile; until the transaction ends nobody removes any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
    return {name for name in names if not original_path(name).exists()}


@transaction.atomic
def originals_drop(names: Iterable[str]) -> None:
    """Removes those that no document was made of any more; to be called once their documents' end is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    wanted = {name for name in names if name}
    for name in wanted - set(Document.objects.filter(original__in=wanted).values_list("original", flat=True)):
        original_path(name).unlink(missing_ok=True)


def originals_sweep() -> None:
    """Removes what imports left that ended before their document was stored."""
    old = time.time() - _SWEEP_SECONDS
    folder = original_path("--").parent.parent
    paths = folder.glob("*/*") if folder.is_dir() else iter(())
    names = [path.name for path in paths if path.stat().st_mtime < old]
    for start in range(0, len(names), _SWEEP_AT_ONCE):
        originals_drop(names[start : start + _SWEEP_AT_ONCE])
