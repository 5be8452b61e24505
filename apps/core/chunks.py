"""Files that arrive in chunks: the server's offset is the truth, and whoever sends goes on from it."""

import errno
import os
import shutil
from pathlib import Path

from django.utils.translation import gettext as _

from .errors import Conflict, NoSpace, TooLarge

CHUNK_BYTES = 8 * 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SPARE_BYTES = 512 * 1024 * 1024  # for the database and the logs


class FileShrunk(Exception):
    """The disk holds less than was said to have arrived."""


def chunk_check(chunk: bytes, offset: int, *, received: int, size: int) -> None:
    """Whether `chunk` may follow the first `received` of `size` bytes.

    Raises TooLarge, and Conflict with the right offset in `extra` when it is another one.
    """
    if len(chunk) > CHUNK_BYTES:
        raise TooLarge(_("A chunk has at most %(limit)d MiB.") % {"limit": CHUNK_BYTES // 1024**2})
    if offset != received:
        raise go_on_from(received)
    if offset + len(chunk) > size:
        raise TooLarge(_("More arrived than was said to come."))


def go_on_from(offset: int) -> Conflict:
    """What a sender is told who is at another place."""
    return Conflict(_("Go on from byte %(offset)d.") % {"offset": offset}, extra={"offset": offset})


def chunk_write(path: Path, offset: int, chunk: bytes, *, durable: bool = True) -> None:
    """Puts `chunk` at `offset`; whatever a crashed attempt left behind the offset is cut off.

    `durable`: it outlives a power cut. Raises NoSpace, with the file as it was before, when the disk is full;
    FileShrunk when it ends before `offset`.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o640)
    try:
        if os.fstat(descriptor).st_size < offset:
            raise FileShrunk
        _put(descriptor, offset, chunk)
        if durable:
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


def space_check(folder: Path, needed: int) -> None:
    """Raises NoSpace when `needed` more bytes in `folder` would leave the disk too full to go on working."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free - _SPARE_BYTES
    if needed > free:
        text = {"needed": f"{needed / 1e9:.1f}", "free": f"{max(0, free) / 1e9:.1f}"}
        raise NoSpace(
            _("The disk has no room: %(needed)s GB are needed, %(free)s GB are free. Free some and go on.") % text
        )
