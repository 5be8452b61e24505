"""An extractor a format, each `extract(data: bytes) -> Extracted`, raising `Refused`. Run in the parsing child.

Those of TABLES take `Columns` as well; those of ENCODED are text in one encoding or another.
"""

from collections.abc import Callable

from ..blocks import Extracted
from ..decode import encoding_of
from . import docx, html, markdown, pdf, pptx, text
from .sheets import table

EXTRACTORS: dict[str, Callable[..., Extracted]] = {
    "csv": table.extract_csv,
    "docx": docx.extract,
    "jsonl": table.extract_jsonl,
    "html": html.extract,
    "md": markdown.extract,
    "pdf": pdf.extract,
    "pptx": pptx.extract,
    "txt": text.extract,
    "xlsx": table.extract_xlsx,
}
TABLES = {"csv", "jsonl", "xlsx"}
ENCODED = {"csv", "html", "jsonl", "md", "txt"}
# What tells at once that a file cannot be opened, without reading what it says.
CHECKS: dict[str, Callable[[bytes], object]] = {
    "docx": docx.check,
    "pdf": pdf.check,
    "pptx": pptx.check,
    "xlsx": table.check_xlsx,
    **dict.fromkeys(ENCODED, encoding_of),
}
