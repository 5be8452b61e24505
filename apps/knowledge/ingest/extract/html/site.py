"""What of a page of the web is surely the site's: menus, notices of cookies, its header and footer.

A lost answer is worse than a menu that stays. So names of classes and ids count as whole words and only beside what
the part holds, and what holds the page's own heading, or most of its text, is never the site's.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from bs4.element import NavigableString, PageElement, Tag

_NAMED = re.compile(
    r"(?:(?:site|page|main|top|bottom|left|right|global|primary|secondary)[-_]+)?(?:nav|navbar|navigation|menu|sidebar"
    r"|side-?nav|topbar|header|footer|breadcrumbs?|crumbs?|pagination|pager|share|social|related|newsletter|adverts?|ads)"
    r"(?:[-_]+(?:menu|links?|list|articles|posts|container|wrapper|inner|items?|bar|buttons|icons))?",
    re.I,
)
_COOKIES = re.compile(
    r"onetrust-[\w-]+|cybotcookiebotdialog|cookie-?consent|cc-(?:window|banner)"
    r"|(?:cookies?|consent|gdpr)[-_]?(?:banner|notice|bar|pop-?up|dialog|modal|overlay|message|alert)",
    re.I,
)
_RIGHTS = re.compile(r"©|\(c\)|copyright|all rights reserved|版权所有|備案|备案", re.I)
_PATH = re.compile(r"\s[>/]\s|[›»→]")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_UNSAID = "script, style, template, noscript, svg, iframe, object, select, textarea"
_INLINE = {"span", "a", "i", "b", "em", "strong", "small", "sup", "sub"}
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"]
_OWN = {"main", "article", "section", "blockquote", "figure"}  # a footer in them is theirs
_LITTLE = 200  # letters beside links
_LINKS, _MOSTLY, _HALF = 3, 0.8, 0.5  # links of a bar above the title, and how much of the letters they are


@dataclass(slots=True)
class _Held:
    """What stands in an element: letters, texts with figures, headings of the page or its main part; and links,
    their letters, and how many have figures.
    """

    letters: int = 0
    figures: int = 0
    titles: int = 0
    links: int = 0
    linked: int = 0
    figured: int = 0

    def add(self, other: "_Held") -> None:
        self.letters += other.letters
        self.figures += other.figures
        self.titles += other.titles
        self.links += other.links
        self.linked += other.linked
        self.figured += other.figured

    def mostly_links(self, share: float) -> bool:
        """To pages, not of things: what has figures (a price, a street, an hour) is worth reading here."""
        return self.links > 0 and self.linked >= share * self.letters and 2 * self.figured < self.links


def main_part(page: Tag) -> Tag:
    """The page's body or main part, with what is the site's taken out; where that is all, only its menus are."""
    for unsaid in page.select(_UNSAID):
        _empty(unsaid)
    body = page.find("body")
    if not isinstance(body, Tag):
        return page
    held = _held_by(body)
    parts = _site_parts(body, held)
    if sum(held[id(part)].letters for part in parts) >= held[id(body)].letters:
        parts = [part for part in parts if _is_menu(part)]
    for part in parts:
        _empty(part)
    return _main_of(body)


def _empty(part: Tag) -> None:
    """Leaves nothing of it. It is not moved, for each move counts the siblings."""
    part.clear()
    part.name = "span"


def _held_by(body: Tag) -> dict[int, _Held]:
    """By the id of each element: counted from below, once."""
    found: dict[int, _Held] = defaultdict(_Held)
    nodes: list[PageElement] = [body, *body.descendants]
    for node in reversed(nodes):
        if isinstance(node, Tag):
            own = found[id(node)]
            own.titles += _is_title(node)
            if node.name == "a" and own.letters:
                own.links, own.linked, own.figured = 1, own.letters, int(own.figures > 0)
        elif type(node) is NavigableString:  # and no comment
            own = _Held(len(node.strip()), int(any(letter.isdigit() for letter in node)))
        else:
            continue
        if node is not body and node.parent is not None:
            found[id(node.parent)].add(own)
    return found


def _is_title(part: Tag) -> bool:
    return part.name in {"h1", "main", "article"} or part.get("role") == "main"


def _main_of(body: Tag) -> Tag:
    """What the page says to be its main part; an article only where it holds most of the text, and the headings."""
    held = _held_by(body)
    mains = [part for part in body.select("main, [role=main]") if held[id(part)].letters]
    if len(mains) == 1:
        return mains[0]
    for article in [] if mains else body.find_all("article"):
        if 2 * held[id(article)].letters > held[id(body)].letters:
            return article if len(article.find_all("h1")) == len(body.find_all("h1")) else body
    return body


def _site_parts(body: Tag, held: dict[int, _Held]) -> list[Tag]:
    """The outermost ones, in order."""
    site = _Site(body, held)
    inside: set[int] = set()  # of a part that is the site's
    owned: set[int] = set()  # of a part that may have a footer of its own
    found: list[Tag] = []
    untitled = held[id(body)].titles > 0  # so far
    for part in body.find_all(True):
        if id(part.parent) in inside:
            inside.add(id(part))
            continue
        if part.name in _OWN or id(part.parent) in owned:
            owned.add(id(part))
        untitled = untitled and not _is_title(part)
        if site.owns(part, owned=id(part) in owned, untitled=untitled):
            inside.add(id(part))
            found.append(part)
    return found


class _Site:
    """Tells what is the site's of one page."""

    def __init__(self, body: Tag, held: dict[int, _Held]) -> None:
        self._held, self._all = held, held[id(body)]
        self._opened = {name for part in body.select("[aria-controls]") for name in _words(part, "aria-controls")}
        self._alike = Counter(_kind(part) for part in body.find_all(True) if _is_hidden(part))

    def owns(self, part: Tag, *, owned: bool, untitled: bool) -> bool:
        """`owned` within an article or a section, `untitled` before the page's own heading."""
        held = self._held[id(part)]
        if _is_menu(part):
            return not held.titles and (held.mostly_links(_HALF) or not self._most(held))
        if part.name == "header" or part.get("role") == "banner":
            of_body = part.parent is not None and part.parent.name == "body"
            return of_body and held.titles < max(1, self._all.titles) and not self._most(held)
        if held.titles or self._most(held):
            return False
        little = held.letters - held.linked < _LITTLE
        return (
            (_is_hidden(part) and not self._may_open(part))
            or (_is_footer(part) and not owned)
            or (_asks(part) and little)
            or (part.name == "button" and not _opens(part))
            or self._is_named(part, held)
            or (untitled and held.links >= _LINKS and held.mostly_links(_MOSTLY))
        )

    def _most(self, held: _Held) -> bool:
        return 2 * held.letters > self._all.letters

    def _may_open(self, part: Tag) -> bool:
        """Whether a reader may open what is hidden, as the answers of a list of questions: it has a control, or
        there are several alike.
        """
        if part.name in _INLINE:
            return False
        named = part.get("id") in self._opened or part.get("role") in {"tabpanel", "region"}
        return named or part.get("hidden") == "until-found" or self._alike[_kind(part)] > 1

    def _is_named(self, part: Tag, held: _Held) -> bool:
        names = [*_words(part, "id"), *_words(part, "class")]
        if any(_COOKIES.fullmatch(name) for name in names):
            return True
        if part.name == "a" and any(name.lower().startswith("skip") for name in names):
            return str(part.get("href", "")).startswith("#")
        own = [name.lower() for name in names if _NAMED.fullmatch(name)]
        if any("crumb" in name for name in own) and held.letters < _LITTLE and _PATH.search(part.get_text()):
            return True
        if any(name.endswith("footer") for name in own) and held.letters - held.linked < _LITTLE:
            return held.mostly_links(_HALF) or bool(_RIGHTS.search(part.get_text()))
        return (bool(own) or part.name == "aside") and held.mostly_links(_HALF)


def _is_menu(part: Tag) -> bool:
    return part.name == "nav" or part.get("role") == "navigation"


def _is_footer(part: Tag) -> bool:
    return part.name == "footer" or part.get("role") == "contentinfo"


def _asks(part: Tag) -> bool:
    """Whether it is a dialog or a form."""
    role = part.get("role")
    return (
        part.name in {"dialog", "form"}
        or role in {"dialog", "alertdialog", "search"}
        or part.get("aria-modal") == "true"
    )


def _opens(button: Tag) -> bool:
    """Whether a button is the question above a folded answer."""
    controls = button.get("aria-expanded") or button.get("aria-controls")
    return bool(controls) or button.find_parent(_HEADINGS) is not None


def _is_hidden(part: Tag) -> bool:
    said = part.has_attr("hidden") or part.get("aria-hidden") == "true"
    return said or bool(_HIDES.search(str(part.get("style", ""))))


def _kind(part: Tag) -> tuple[str, ...]:
    return (part.name, *_words(part, "class"))


def _words(part: Tag, name: str) -> list[str]:
    value: str | list[str] = part.get(name) or []
    return value.split() if isinstance(value, str) else [str(one) for one in value]
