"""What of a page's HTML is the page itself: its menus, notices and footers are the site's."""

import re
from collections import defaultdict

from bs4.element import NavigableString, PageElement, Tag

from ..blocks import clean
from .pdf_tables import headed
from .text import FINISHED, width

_ALWAYS = (
    "nav, footer, aside, script, style, template, noscript, svg, form, iframe, object, button, dialog, [hidden], "
    "[aria-hidden=true], [aria-modal=true], [role=dialog], [role=alertdialog], [role=navigation], [role=search], "
    "[role=contentinfo], body > header, body > [role=banner], [class*=cookie], [id*=cookie], [class*=breadcrumb]"
)
# Words of which names of classes and ids are made; most pages say no more of what a part is for. By the weak ones
# a page's own sections are called, too, but those have a text.
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:onetrust|consent|gdpr|breadcrumbs?|crumbs?|navbar|navigation|nav|topbar|sidebar|side-?nav|footer"
    r"|site-?header|skip-?(?:link|to)|modal|popup|pagination|pager|sr-only|visually-hidden)(?:$|[\s_-])",
    re.I,
)
_WEAK = re.compile(
    r"(?:^|[\s_-])(?:menu|cc|header|newsletter|subscribe|share|social|related|votes?|adverts?|ads?)(?:$|[\s_-])",
    re.I,
)
_TEXT = 200  # letters beside links
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_PARTS = {"div", "section", "ul", "ol", "p", "td", "table", "span", "a"}
_LINKS, _MOSTLY = 3, 0.8  # so many, with so much of the letters: a menu
_BOLD, _HEADINGS = {"b", "strong"}, {"h1", "h2", "h3", "h4", "h5", "h6"}
_SHORT = 80  # columns


def main_part(page: Tag) -> Tag:
    """The page's own content, without what its elements, their names or their links tell to be the site's."""
    for furniture in page.select(_ALWAYS):
        furniture.decompose()
    main = page.find("main") or page.find("article") or page.find(role="main") or page.find("body") or page
    if not isinstance(main, Tag):
        return page
    counts = _counts(main)
    inside: set[int] = set()
    outermost: list[Tag] = []
    for part in main.find_all(True):
        if id(part.parent) in inside:
            inside.add(id(part))
        elif _is_furniture(part, *counts[id(part)]):
            inside.add(id(part))
            outermost.append(part)
    if sum(counts[id(part)][0] for part in outermost) < counts[id(main)][0]:  # else they are all there is
        for part in outermost:
            part.decompose()
    return main


def _counts(main: Tag) -> dict[int, tuple[int, int, int]]:
    """Of each element how many letters it has, how many of them in links, and how many links: from below, once."""
    found: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    nodes: list[PageElement] = [main, *main.descendants]
    for node in reversed(nodes):
        if isinstance(node, Tag):
            letters, linked, links = found[id(node)]
            if node.name == "a":
                linked, links = letters, 1
                found[id(node)] = letters, linked, links
        else:
            letters, linked, links = len(node.strip()) if isinstance(node, NavigableString) else 0, 0, 0
        if node is not main and node.parent is not None:
            above = found[id(node.parent)]
            found[id(node.parent)] = (above[0] + letters, above[1] + linked, above[2] + links)
    return found


def _is_furniture(part: Tag, letters: int, linked: int, links: int) -> bool:
    if _UNSHOWN.search(str(part.get("style", ""))):
        return True
    if part.name not in _PARTS:
        return False
    names = " ".join([str(part.get("id", "")), *map(str, part.get("class") or [])])
    if _NAMED.search(names) or (_WEAK.search(names) and letters - linked < _TEXT):
        return True
    return links >= _LINKS and linked >= _MOSTLY * letters


def bold_headings(main: Tag) -> None:
    """A short bold paragraph above a text is a heading, below all that the page marks."""
    paragraphs = [part for part in main.find_all("p") if _is_bold(part)]
    known = {id(part) for part in paragraphs}
    for part in paragraphs:
        below = part.find_next_sibling()
        if (
            isinstance(below, Tag)
            and id(below) not in known
            and below.name not in _HEADINGS
            and below.get_text(strip=True)
        ):
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
