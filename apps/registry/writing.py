"""Bytes on the disk."""

import errno
import os
from pathlib import Path

from django.utils.translation import gettext as _

from .errors import NoSpace

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileShrunk(Exception):
    """The disk holds less than was said to have arrived."""


def chunk_write(path: Path, offset: int, chunk: bytes) -> None:
    """Puts `chunk` at `offset`, for good; whatever a crashed attempt left behind the offset is cut off.

    Raises NoSpace, with the file as it was before, when the disk is full; FileShrunk when it ends before `offset`.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o640)
    try:
        if os.fstat(descriptor).st_size < offset:
            raise FileShrunk
        _put(descriptor, offset, chunk)
        os.fsync(descriptor)  # the row must not say what a power cut takes back
    finally:
        os.close(descriptor)


def _put(descriptor: int, offset: int, chunk: bytes) -> None:
    try:
        os.ftruncate(descriptor, offset)
        written = 0
        while written < len(chunk):
            written += os.pwrite(descriptor, chunk[written:], offset + written)
    except OSError as error:
        os.ftruncate(descriptor, offset)
        if error.errno in _FULL:
            raise NoSpace(_("The disk is full. Free some space; the upload goes on from where it is.")) from error
        raise


def bytes_there(path: Path) -> int:
    """The file's size in bytes, 0 where there is none."""
    return path.stat().st_size if path.is_file() else 0
