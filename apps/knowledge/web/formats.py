"""What kind of file an answer is: its bytes decide, then what the server says, then the address."""

import codecs
import re
from pathlib import PurePosixPath

from ..ingest.blocks import Refused
from ..ingest.sniff import FOREIGN

_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
}
_TEXTUAL = {".csv", ".htm", ".html", ".jsonl", ".markdown", ".md", ".mdx", ".text", ".txt"}
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.S)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def answer_suffix(data: bytes, content_type: str, path: str) -> str:
    """One of the suffixes of `ingest.sniff.FORMATS`. Raises Refused for what none of them fits."""
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        holds = {b"word/document.xml": ".docx", b"xl/workbook.xml": ".xlsx", b"ppt/presentation.xml": ".pptx"}
        return next((suffix for name, suffix in holds.items() if name in data), ".zip")
    if data.startswith(FOREIGN):
        raise Refused("type")
    if _HTML.match(data[:4096].removeprefix(codecs.BOM_UTF8)):
        return ".html"
    media, own = content_type.partition(";")[0].strip().lower(), PurePosixPath(path).suffix.lower()
    if media in _TYPES:
        return _TYPES[media]
    if media in {"text/plain", "", "application/octet-stream"} and own in _TEXTUAL:
        return own
    if media == "text/plain":
        return ".txt"
    raise Refused("type")


def answer_text(data: bytes, content_type: str) -> bytes:
    """As UTF-8 where the server names another encoding; unchanged where it is wrong about that."""
    match = _CHARSET.search(content_type)
    if not match:
        return data
    try:
        named = codecs.lookup("gb18030" if match[1].lower() in {"gb2312", "gbk"} else match[1]).name
        return data if named == "utf-8" else data.decode(named).encode()
    except (LookupError, UnicodeError, ValueError):
        return data
