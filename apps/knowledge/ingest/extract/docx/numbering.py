"""Which paragraphs Word numbers, and with what: an item of a numbered list shows a number that no text holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ..office_xml import whole_number

_VAL, _LEVEL, _NUM, _ABSTRACT = qn("w:val"), qn("w:ilvl"), qn("w:numId"), qn("w:abstractNumId")
_PROPERTIES = f"{qn('w:pPr')}/{qn('w:numPr')}"
_UNCOUNTED = {"bullet", "none"}


@dataclass(frozen=True)
class Counted:
    """An item of a list: its `number`, 0 for a bullet, and how many numbered items it stands `inside`."""

    number: int
    inside: int


@dataclass(frozen=True)
class _Level:
    counts: bool
    start: int


class Numbering:
    """Counts the items of one document, which are to be asked for in its order."""

    def __init__(self, part: Any, styles: Any) -> None:
        """`part` is the main one, `styles` the element of its styles."""
        self._levels: dict[str, dict[int, _Level]] = {}  # of a list by its id
        self._alike: dict[str, str] = {}  # lists that go on counting together
        self._counts: dict[str, dict[int, int]] = {}
        self._of_styles = {
            style.get(qn("w:styleId")): found
            for style in styles.iterfind(qn("w:style"))
            if (found := style.find(_PROPERTIES)) is not None
        }
        for relation in part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(parse_xml(relation.target_part.blob))

    def of(self, paragraph: Any) -> Counted | None:
        """None for what is no item of a list."""
        style = _value(paragraph.find(qn("w:pPr")), qn("w:pStyle"))
        said, by_style = paragraph.find(_PROPERTIES), self._of_styles.get(style)
        listed = _value(said, _NUM) or _value(by_style, _NUM)
        if listed not in self._levels:
            return None
        level = whole_number(_value(said, _LEVEL) or _value(by_style, _LEVEL))
        levels, counts = self._levels[listed], self._counts.setdefault(self._alike[listed], {})
        own = levels.get(level, _Level(counts=False, start=1))
        inside = sum(levels.get(above, own).counts for above in range(level) if counts.get(above))
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        counts[level] = counts[level] + 1 if level in counts else own.start
        return Counted(counts[level] if own.counts else 0, inside)

    def _read(self, root: Any) -> None:
        abstract = {
            one.get(_ABSTRACT): dict(_levels(one.iterfind(qn("w:lvl"))))
            for one in root.iterfind(qn("w:abstractNum"))
        }
        for one in root.iterfind(qn("w:num")):
            listed, of = one.get(_NUM), _value(one, _ABSTRACT)
            levels = dict(abstract.get(of, {}))
            anew = False
            for changed in one.iterfind(qn("w:lvlOverride")):
                level = whole_number(changed.get(_LEVEL))
                levels |= dict(_levels(changed.iterfind(qn("w:lvl"))))
                if (start := _value(changed, qn("w:startOverride"))) is not None and level in levels:
                    levels[level] = _Level(levels[level].counts, whole_number(start))
                    anew = True
            self._levels[listed] = levels
            self._alike[listed] = f"num {listed}" if anew or of is None else of


def _levels(found: Any) -> Iterator[tuple[int, _Level]]:
    for one in found:
        kind, start = _value(one, qn("w:numFmt")) or "decimal", _value(one, qn("w:start"))
        begins = 1 if start is None else whole_number(start)
        yield whole_number(one.get(_LEVEL)), _Level(kind not in _UNCOUNTED, begins)


def _value(element: Any, path: str) -> str | None:
    found = None if element is None else element.find(path)
    return None if found is None else found.get(_VAL)
