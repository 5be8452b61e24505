"""HTML: the main part of the page, without navigation; then as Markdown."""

import re
from typing import Any

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

from apps.core.fences import fenced

from ...blocks import Extracted, clean
from ...decode import decode
from ..markdown import from_markdown
from .code import code_plain
from .parts import bold_headings, header_rows
from .site import main_part

_NUMBER = re.compile(r"\d+\.")


class _Converter(MarkdownConverter):
    """Code may hold backticks itself, and pictures say nothing."""

    def convert_pre(self, _el: Any, text: str, **_parents: Any) -> str:
        code = text.strip("\n")
        return f"\n\n{fenced(code)}\n\n" if code.strip() else ""

    def convert_li(self, el: Any, text: str, parent_tags: Any) -> str:
        """An item may have a number of its own."""
        said: str = super().convert_li(el, text, parent_tags)  # type: ignore[misc]  # the library has no types
        value = str(el.get("value", ""))
        own = el.parent is not None and el.parent.name == "ol" and value.isdecimal() and len(value) < 4
        return _NUMBER.sub(f"{value}.", said, count=1) if own else said

    def convert_img(self, _el: Any, _text: str, **_parents: Any) -> str:
        return ""


def extract(data: bytes) -> Extracted:
    page = BeautifulSoup(decode(data), "lxml")
    name = clean(page.title.get_text()) if page.title else ""
    main = main_part(page)
    code_plain(main)
    bold_headings(main)
    header_rows(main)
    converter = _Converter(heading_style="ATX", strip=["a"], escape_asterisks=False, escape_underscores=False)
    document = from_markdown(converter.convert_soup(main))
    return Extracted(document.title or _before_site_name(name), document.blocks)


def _before_site_name(name: str) -> str:
    """ "Compare models | Lanternfield Help" is about "Compare models"."""
    for joint in (" | ", " – ", " — ", " - ", "_"):
        name = name.split(joint, maxsplit=1)[0]
    return name.strip()
