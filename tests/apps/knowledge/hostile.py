"""Files that are after the reader, made by hand."""

import io
import struct
import zipfile
from collections.abc import Callable

_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)


def docx(document: str, **more: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("word/document.xml", document)
        for name, data in more.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return docx(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x>&l9;</x>')


def _external_entity() -> bytes:
    return docx('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>')


def _bomb() -> bytes:
    return docx("<x/>", padding=b"\0" * 30_000_000)


def _lying_size() -> bytes:
    """The central directory says that the document is small; it unpacks to far more."""
    data = bytearray(docx("<x>" + "a" * 3_000_000 + "</x>"))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)
    return bytes(data)


def _many_entries() -> bytes:
    return docx("<x/>", **{f"part{n}": b"" for n in range(3000)})


def _xlsx_without_workbook() -> bytes:
    return docx("<x/>")


def _pdf_loop() -> bytes:
    """A page tree that is its own child, and a cross-reference table that points nowhere."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 100000/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "entities.docx": _entities,
    "external.docx": _external_entity,
    "bomb.docx": _bomb,
    "lying.docx": _lying_size,
    "entries.docx": _many_entries,
    "other.xlsx": _xlsx_without_workbook,
    "loop.pdf": _pdf_loop,
    "program.pdf": lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 100,
    "picture.md": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "null.txt": lambda: b"plain\0text " * 50,
    "truncated.docx": lambda: docx("<x/>")[:-60],
    "empty.md": lambda: b"   \n",
    "deep.html": lambda: b"<div>" * 5_000 + b"text",
}
