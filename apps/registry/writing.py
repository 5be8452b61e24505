"""Bytes on the disk."""

import errno
import os
from pathlib import Path

from django.utils.translation import gettext as _

from .errors import NoSpace

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def chunk_write(path: Path, offset: int, chunk: bytes) -> None:
    """Puts `chunk` at `offset`; whatever a crashed attempt left behind the offset is cut off.

    Raises NoSpace, with the file as it was before, when the disk is full.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
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
    finally:
        os.close(descriptor)
