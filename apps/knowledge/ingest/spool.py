"""Where files lie between their upload and their import: a folder an import, named by ids alone."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path, PurePath
from uuid import UUID

from django.conf import settings

from .sniff import known

KEPT_SECONDS = 7 * 24 * 3600  # failed ones, for those who want to try again


def spool_folder(import_id: UUID) -> Path:
    return Path(settings.DATA_DIR) / "imports" / str(import_id)


def spool_path(import_id: UUID, item_id: UUID, name: str) -> Path:
    """No text of a client becomes a path; the suffix is one of ours."""
    suffix = PurePath(name).suffix.lower()
    return spool_folder(import_id) / f"{item_id}{suffix if known(name) else ''}"


def spool_drop(import_id: UUID) -> None:
    shutil.rmtree(spool_folder(import_id), ignore_errors=True)


def spool_sweep(open_ids: Iterable[UUID]) -> None:
    """Removes what is older than anybody would come back for, except that of imports that go on."""
    kept = {str(import_id) for import_id in open_ids}
    folder = spool_folder(UUID(int=0)).parent
    for old in folder.iterdir() if folder.is_dir() else ():
        if old.name not in kept and old.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
