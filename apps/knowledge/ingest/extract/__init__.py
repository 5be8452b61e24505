"""An extractor a format, each `extract(data: bytes) -> Extracted`, raising `Refused`. Run in the parsing child."""

from collections.abc import Callable

from ..blocks import Extracted
from . import docx, html, markdown, pdf, table, text

EXTRACTORS: dict[str, Callable[[bytes], Extracted]] = {
    "csv": table.extract_csv,
    "docx": docx.extract,
    "html": html.extract,
    "md": markdown.extract,
    "pdf": pdf.extract,
    "txt": text.extract,
    "xlsx": table.extract_xlsx,
}
