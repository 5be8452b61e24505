"""Zip files: bombs, names that are paths, links, lies in the directory."""

import stat
import zipfile

from .case import Case
from .word import docx_bomb
from .zipping import lying, patched, zipped

_PAGE = "The lamp is warm at night."
_ZEROS = b"\0" * 30_000_000


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("link.md")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def _nested(depth: int) -> bytes:
    data = zipped(("page.md", _PAGE))
    for level in range(depth):
        data = zipped(*((f"{level}-{n}.zip", data) for n in range(4)))
    return data


def _shared_bytes() -> bytes:
    """Every entry of the directory points to the first one's bytes."""
    data = zipped(*((f"{n}.md", _PAGE * 40) for n in range(50)))
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 42 : at + 46] = b"\0\0\0\0"
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


ARCHIVES = {
    "zeros.zip": Case(lambda: zipped(("page.md", _ZEROS)), "bomb"),
    "zeros-bz2.zip": Case(lambda: zipped(("page.md", _ZEROS), how=zipfile.ZIP_BZIP2), "bomb"),
    "zeros-lzma.zip": Case(lambda: zipped(("page.md", _ZEROS), how=zipfile.ZIP_LZMA), "bomb", slow=True),
    "nested.zip": Case(lambda: _nested(6), "zip_in_zip"),
    "bomb-inside.zip": Case(lambda: zipped(("a.docx", docx_bomb()), how=zipfile.ZIP_STORED), "bomb"),
    "many.zip": Case(lambda: zipped(*((f"{n}.bin", b"") for n in range(20_001))), "bomb"),
    "shared.zip": Case(_shared_bytes, "bomb"),
    "lying.zip": Case(lambda: lying(zipped(("page.md", b"word " * 100_000)), b"page.md", 10), "archive"),
    "lying-more.zip": Case(lambda: lying(zipped(("page.md", _PAGE)), b"page.md", 2**32 - 2), "bomb"),
    "locked.zip": Case(lambda: patched(zipped(("page.md", _PAGE)), 6, b"\x01\x00"), "password"),
    "method.zip": Case(lambda: patched(zipped(("page.md", _PAGE)), 8, b"\x63\x00"), "archive"),
    "checksum.zip": Case(lambda: patched(zipped(("page.md", _PAGE)), 14, b"\1\2\3\4"), "archive"),
    "truncated.zip": Case(lambda: zipped(("page.md", _PAGE))[:-30], "archive"),
    "directory-only.zip": Case(lambda: b"PK\x05\x06" + b"\0" * 18, "nested"),
    "polyglot.zip": Case(lambda: b"\x7fELF" + b"\0" * 60 + zipped(("page.md", _PAGE)), "content"),
    "link.zip": Case(lambda: zipped((_link(), "/etc/passwd")), "nested"),
    "programs.zip": Case(lambda: zipped(("run.exe", b"MZ"), ("run.sh", b"#!/bin/sh")), "nested"),
    "hidden.zip": Case(lambda: zipped((".env.md", _PAGE), ("__MACOSX/a.md", _PAGE)), "nested"),
    "upwards.zip": Case(lambda: zipped(("../../../tmp/x.md", _PAGE))),
    "absolute.zip": Case(lambda: zipped(("/etc/cron.d/x.md", _PAGE))),
    "backslash.zip": Case(lambda: zipped(("..\\..\\windows\\x.md", _PAGE))),
    "right-to-left.zip": Case(lambda: zipped(("a\u202edm.exe.md", _PAGE))),
    "twice.zip": Case(lambda: zipped(("a.md", _PAGE), ("./a.md", _PAGE), ("a.md", _PAGE))),
}
