"""Which extractor reads a file: its name proposes, its content must agree."""

from pathlib import PurePath

from .blocks import Refused

MAX_BYTES = 32 * 1024 * 1024  # of a file
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FORMATS = {
    ".csv": ("csv", "text/csv"),
    ".docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".htm": ("html", "text/html"),
    ".html": ("html", "text/html"),
    ".jsonl": ("jsonl", "application/jsonl"),
    ".markdown": ("md", "text/markdown"),
    ".md": ("md", "text/markdown"),
    ".mdx": ("md", "text/markdown"),
    ".pdf": ("pdf", "application/pdf"),
    ".pptx": ("pptx", SLIDES),
    ".text": ("txt", "text/plain"),
    ".txt": ("txt", "text/plain"),
    ".xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".zip": ("zip", "application/zip"),
}
_OFFICE = {"docx", "pptx", "xlsx"}
_MAGIC = {"pdf": b"%PDF-", "zip": b"PK"} | dict.fromkeys(_OFFICE, b"PK\x03\x04")
FOREIGN = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x7fELF",
    b"MZ",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
    b"\xd0\xcf\x11\xe0",
)
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # in what Office makes of a document with a password
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def known(name: str) -> bool:
    return PurePath(name).suffix.lower() in FORMATS


def sniff(name: str, data: bytes) -> tuple[str, str]:
    """(extractor, media type); raises Refused when there is none or the content is something else."""
    if not known(name):
        raise Refused("type")
    kind, media_type = FORMATS[PurePath(name).suffix.lower()]
    if not data.strip():
        raise Refused("empty")
    if magic := _MAGIC.get(kind):
        # Some PDF writers put a few bytes before the mark.
        if magic not in data[: 1024 if kind == "pdf" else len(magic)]:
            if kind in _OFFICE and _LOCKED in data:
                raise Refused("password", kind=kind.upper())
            raise Refused("content")
    elif data.startswith(FOREIGN):
        raise Refused("content")
    elif b"\0" in data[:8192] and not data.startswith(_UTF16):
        raise Refused("binary")
    return kind, media_type
