"""Word files: entities, bombs, references to elsewhere, parts that are not there."""

from .case import Case
from .zipping import Part, lying, zipped

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0"?>'
PARAGRAPH = "<w:p><w:r><w:t>The lamp is warm at night.</w:t></w:r></w:p>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480  # what Office makes of a file with a password


def docx(
    document: str | bytes, *more: Part, kind: str = _MAIN, target: str = "word/document.xml", linked: str = ""
) -> bytes:
    """`linked` are further relationships of the document."""
    types = (
        f'{_XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="bin" ContentType="application/octet-stream"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    )
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{target}"/>'
    rels = f'{_XML}<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    return zipped(
        ("[Content_Types].xml", types),
        ("_rels/.rels", rels.format(root)),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", rels.format(linked)),
        *more,
    )


def body(inside: str) -> str:
    return f"{_XML}<w:document {_W}><w:body>{inside}</w:body></w:document>"


def docx_bomb() -> bytes:
    return docx("<x/>", ("padding", b"\0" * 30_000_000))


def _deep() -> str:
    return "<w:tbl><w:tr><w:tc>" * 3_000 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 3_000


def _row(cell: str) -> str:
    return f"<w:tr><w:tc>{cell}<w:p/></w:tc></w:tr>"


def _wide() -> str:
    """A cell that says it spans a hundred million columns."""
    return "<w:tbl>" + _row('<w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>') + "</w:tbl>"


def _merged() -> str:
    """Each of the rows is the one above it, for a hundred rows."""
    return f"<w:tbl>{_row(PARAGRAPH)}{_row('<w:tcPr><w:vMerge/></w:tcPr>') * 100}</w:tbl>"


def _outside(kind: str, target: str) -> str:
    return f'<Relationship Id="r9" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


_HONEST = body(PARAGRAPH)

WORD = {
    "laughs.docx": Case(lambda: docx(f"{_XML}<!DOCTYPE x [{LAUGHS}]><x>&l9;</x>"), "entities"),
    "external-entity.docx": Case(
        lambda: docx(f'{_XML}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'), "entities"
    ),
    "entity-utf16.docx": Case(
        lambda: docx('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'.encode("utf-16")),
        "entities",
    ),
    "entity-in-part.docx": Case(
        lambda: docx(_HONEST, ("docProps/core.xml", f"<!DOCTYPE x [{LAUGHS}]><x>&l9;</x>")), "entities"
    ),
    "bomb.docx": Case(docx_bomb, "bomb"),
    "entries.docx": Case(lambda: docx("<x/>", *((f"part{n}", b"") for n in range(3000))), "bomb"),
    "lying.docx": Case(lambda: lying(docx("<x>" + "a" * 3_000_000 + "</x>"), b"word/document.xml", 10), "archive"),
    "truncated.docx": Case(lambda: docx(_HONEST)[:-60], "archive"),
    "locked.docx": Case(lambda: LOCKED, "password"),
    "old-word.docx": Case(lambda: OLE + b"\0" * 4000, "content"),
    "zip.docx": Case(lambda: zipped(("page.md", "The lamp is warm.")), "content"),
    "macros.docx": Case(
        lambda: docx(
            _HONEST, ("word/vbaProject.bin", OLE), kind="application/vnd.ms-word.document.macroEnabled.main+xml"
        ),
        "malformed",
    ),
    "macros-beside.docx": Case(lambda: docx(_HONEST, ("word/vbaProject.bin", OLE))),
    "template-elsewhere.docx": Case(
        lambda: docx(_HONEST, linked=_outside("attachedTemplate", "http://169.254.169.254/latest/x.dotm"))
    ),
    "picture-elsewhere.docx": Case(lambda: docx(_HONEST, linked=_outside("image", "file:///etc/passwd"))),
    "part-outside.docx": Case(lambda: docx(_HONEST, target="../../../../etc/passwd"), "malformed"),
    "no-xml.docx": Case(lambda: docx(b"\x89PNG\r\n\x1a\n" + b"\0" * 100), "malformed"),
    "broken-xml.docx": Case(lambda: docx(_HONEST[:-20]), "malformed"),
    "empty.docx": Case(lambda: docx(body("")), "empty"),
    "deep.docx": Case(lambda: docx(body(_deep())), "malformed"),
    "wide.docx": Case(lambda: docx(body(_wide())), "wide"),
    "merged.docx": Case(lambda: docx(body(_merged()))),
}
