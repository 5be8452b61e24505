"""Zip files with whatever is wanted inside."""

import io
import struct
import warnings
import zipfile

Part = tuple[str | zipfile.ZipInfo, str | bytes]


def zipped(*parts: Part, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts in their order; names may come twice, and may be ZipInfo."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(buffer, "w", how) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return buffer.getvalue()


def lying(data: bytes, name: bytes, size: int) -> bytes:
    """The central directory gives `size` for the unpacked entry of that name."""
    changed = bytearray(data)
    entry = changed.rindex(b"PK\x01\x02", 0, changed.rindex(name))
    changed[entry + 24 : entry + 28] = struct.pack("<I", size)
    return bytes(changed)


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    """With `value` at `offset` of every local header and entry of the directory (which has two bytes more)."""
    changed = bytearray(data)
    for mark, shift in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset + shift : at + offset + shift + len(value)] = value
            at = changed.find(mark, at + 4)
    return bytes(changed)
