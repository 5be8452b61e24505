"""Where files lie between their upload and their import: a folder an import, named by ids alone."""

import contextlib
import shutil
import time
from collections.abc import Iterable
from pathlib import Path, PurePath
from uuid import UUID

from django.conf import settings

from .sniff import known

_DROPPED = "dropped-"
KEPT_SECONDS = 7 * 24 * 3600  # failed ones, for those who want to try again


def spool_folder(import_id: UUID) -> Path:
    return Path(settings.DATA_DIR) / "imports" / str(import_id)


def spool_path(import_id: UUID, item_id: UUID, name: str) -> Path:
    """No text of a client becomes a path; the suffix is one of ours."""
    suffix = PurePath(name).suffix.lower()
    return spool_folder(import_id) / f"{item_id}{suffix if known(name) else ''}"


def spool_drop(import_id: UUID) -> None:
    """Nobody finds them any more when this returns; to remove thousands takes seconds, and is left to the sweep."""
    folder = spool_folder(import_id)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(folder.with_name(f"{_DROPPED}{import_id}"))


def spool_sweep(open_ids: Iterable[UUID]) -> None:
    """Removes what was dropped, and what is older than anybody would come back for unless its import goes on."""
    kept = {str(import_id) for import_id in open_ids}
    folder = spool_folder(UUID(int=0)).parent
    for old in folder.iterdir() if folder.is_dir() else ():
        left = old.name not in kept and old.stat().st_mtime < time.time() - KEPT_SECONDS
        if left or old.name.startswith(_DROPPED):
            shutil.rmtree(old, ignore_errors=True)
