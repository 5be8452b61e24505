"""Code in HTML, however a page shows it: beside its line numbers in a table, or with an element a line."""

import re

from bs4 import Tag

_NUMBER = ".linenos, .lineno, .hljs-ln-numbers"  # of a line, within the code
_NUMBERS = re.compile(r"[\d\s]*")
_BEGIN, _END = "\x01", "\x02"  # of a block
_BEGUN = re.compile(f"(?<=[^\\n]){_BEGIN}")  # behind words of the same line
_NESTED = 3  # tables around code that are looked at
_LINES = ["div", "p", "li", "tr"]
_CELLS = ["td", "th", "caption"]
_ROWS = ["thead", "tbody", "tfoot", "tr", "colgroup"]


def code_plain(page: Tag) -> None:
    """Leaves of each <pre> its text alone, and takes it out of tables that only lay it out."""
    for pre in page.find_all("pre"):
        for number in pre.select(_NUMBER):
            number.clear()
        pre.string = _code(pre)
    around = (table for pre in page.find_all("pre") for table in pre.find_parents("table", limit=_NESTED))
    for table in {id(table): table for table in around}.values():
        _unlaid(table)


def _code(pre: Tag) -> str:
    """With one break for each <br> and each block, also where the source breaks behind it as well. No element is
    moved, for each move counts the siblings.
    """
    for br in pre.find_all("br"):
        br.string = "\n"
    for line in pre.find_all(_LINES):
        if line.find(_LINES) is None:
            line.string = _BEGIN + line.get_text().removesuffix("\n") + _END
    text = pre.get_text().replace(f"{_END}\n", _END).replace(_END, "\n")
    return _BEGUN.sub("\n", text).replace(_BEGIN, "")


def _unlaid(table: Tag) -> None:
    """Code of several lines, or beside its numbers, is no cell: a row is said in one line."""
    texts = [(pre, pre.get_text()) for pre in table.find_all("pre")]
    numbers = [pre for pre, text in texts if _NUMBERS.fullmatch(text)]
    code = [text for _, text in texts if not _NUMBERS.fullmatch(text)]
    if not code:
        return
    if not numbers and len(table.find_all("tr")) > 1 and not any("\n" in text.strip() for text in code):
        return
    for number in [*numbers, *table.select(".gutter")]:
        number.clear()
    for part in table.find_all(_CELLS):
        part.name = "div"
    for part in [table, *table.find_all(_ROWS)]:
        part.name = "section"
