"""What a page's HTML says only by its looks: headings in bold letters, and those of a table."""

from bs4.element import Tag

from ...blocks import clean
from ..rows import headed
from ..text import FINISHED, width

_BOLD, _HEADINGS = {"b", "strong"}, {"h1", "h2", "h3", "h4", "h5", "h6"}
_SHORT = 80  # columns


def bold_headings(main: Tag) -> None:
    """A short bold paragraph above a text is a heading, below all that the page marks."""
    paragraphs = [part for part in main.find_all("p") if _is_bold(part)]
    known = {id(part) for part in paragraphs}
    for part in paragraphs:
        said = (tag for tag in part.next_siblings if isinstance(tag, Tag) and tag.get_text(strip=True))
        below = next(said, None)
        if below is not None and id(below) not in known and below.name not in _HEADINGS:
            part.name = "h6"


def _is_bold(part: Tag) -> bool:
    text = clean(part.get_text())
    if not text or width(text) > _SHORT or FINISHED.search(text):
        return False
    return all(
        any(above.name in _BOLD for above in said.parents) for said in part.find_all(string=True) if said.strip()
    )


def header_rows(main: Tag) -> None:
    """The first row of a table without headers is of some where it looks so."""
    for table in main.find_all("table"):
        if table.find("table"):
            continue  # lays the page out
        rows = [row.find_all("td") for row in table.find_all("tr")]
        if len(rows) < 2 or table.find("th") or len({len(row) for row in rows}) > 1 or len(rows[0]) < 2:
            continue
        texts = [[clean(cell.get_text()) for cell in row] for row in rows]
        if len(rows[0]) > 2 or headed(texts) or all(cell.find(_BOLD) for cell in rows[0]):
            for cell in rows[0]:
                cell.name = "th"
