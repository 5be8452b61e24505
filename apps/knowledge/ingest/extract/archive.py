"""What a zip-based document must keep to before anything of it is unpacked (from the central directory alone)."""

import io
import zipfile
from itertools import pairwise

from ..blocks import Refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100  # of a whole archive; honest office files stay below 20


def check_archive(data: bytes, *, must_hold: str) -> None:
    """Raises Refused for an archive that would unpack to too much, lies about sizes or brings entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(data))
            if must_hold not in archive.namelist():
                raise Refused("content")
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refused("archive") from error


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > max(packed, 10_000) * MAX_RATIO:
        raise Refused("bomb")
    spans = sorted((entry.header_offset, entry.header_offset + entry.compress_size) for entry in entries)
    if any(high > low for (_, high), (low, _) in pairwise(spans)):
        raise Refused("bomb")  # entries that share their bytes


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """XML in office files has no document type; one that has is after entities."""
    if entry.filename.endswith((".zip", ".docx", ".xlsx")):
        return  # nothing here is unpacked twice
    if entry.filename.endswith((".xml", ".rels")):
        with archive.open(entry) as part:
            head = part.read(4096)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!DOCTYPE".encode("utf-16-le") in head:
            raise Refused("entities")
