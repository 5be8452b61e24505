"""What a zip file must keep to before anything of it is unpacked (from the central directory alone)."""

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import IO

from ..blocks import Refused
from ..names import clean_name
from ..sniff import MAX_BYTES, known

MAX_ENTRIES = 2_000
MAX_MEMBERS = 20_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100  # of a whole archive; honest office files stay below 20
_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error)


@dataclass(frozen=True)
class Member:
    """A document inside a zip file: `path` as the archive writes it, `name` fit for a document, `size` in bytes;
    `sha256` of them where somebody asked.
    """

    path: str
    name: str
    size: int
    sha256: str = ""


def check_archive(data: bytes, *, must_hold: str) -> None:
    """Raises Refused for an office file that would unpack to too much, lies about sizes or brings entities."""
    with _opened(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        _check_sizes(entries, len(data), MAX_ENTRIES)
        if must_hold not in archive.namelist():
            raise Refused("content")
        for entry in entries:
            _check_entry(archive, entry)


def list_members(data: bytes) -> tuple[list[Member], list[str]]:
    """The documents of a zip file, by name, and the names of those files that are of other types.

    What is hidden, made by an archiver or a link is left out.
    """
    with _opened(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_link(entry)]
        _check_sizes(entries, len(data), MAX_MEMBERS)
        if len(entries) > MAX_MEMBERS:
            raise Refused("members", limit=MAX_MEMBERS)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("password", kind="ZIP")
        named = {clean_name(_decoded(entry)): entry for entry in entries}
    names = sorted(name for name in named if name and not _left_out(name))
    found = [Member(named[name].filename, name, named[name].file_size) for name in names if known(name)]
    if not found:
        raise Refused("nested")
    return found, [name for name in names if not known(name)]


def members_hashed(data: bytes, members: list[Member], check: Callable[[str, bytes], None]) -> list[Member]:
    """With the hashes of their bytes; without, where these are too many or `check` refuses them."""
    with _opened(io.BytesIO(data)) as archive:
        return [replace(member, sha256=_hash(archive, member, check)) for member in members]


def _hash(archive: zipfile.ZipFile, member: Member, check: Callable[[str, bytes], None]) -> str:
    try:
        with archive.open(member.path) as part:
            found = part.read(MAX_BYTES + 1)
        if len(found) > MAX_BYTES:
            return ""
        check(member.name, found)
    except (*_BROKEN, RuntimeError, MemoryError, Refused):
        return ""
    return hashlib.sha256(found).hexdigest()


def read_member(file: IO[bytes], member: str, limit: int) -> bytes:
    """At most `limit` + 1 bytes of one document; the directory's word for its size is not taken."""
    with _opened(file) as archive:
        try:
            entry = archive.getinfo(member)
        except KeyError as error:
            raise Refused("archive") from error
        with archive.open(entry) as part:
            return part.read(limit + 1)


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except RuntimeError as error:  # zipfile's word for a password
        raise Refused("password" if "password" in str(error) else "archive", kind="ZIP") from error
    except _BROKEN as error:
        raise Refused("archive") from error


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Names that are not marked as UTF-8 are mostly that, or GBK, and zipfile read them as CP437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _left_out(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, most: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > most or unpacked > MAX_UNPACKED or unpacked > max(packed, 10_000) * MAX_RATIO:
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
            rest = b""
            while piece := part.read(1 << 20):
                if _declares_entities(rest + piece):
                    raise Refused("entities")
                rest = piece[-64:]


def _declares_entities(xml: bytes) -> bool:
    plain = xml.replace(b"\0", b"")  # UTF-16 as well
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain
