"""How the letters of a Word document look: what runs and styles say of size and boldness.

It only decorates, so what no program may write there counts as unsaid and refuses nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_BASED = 12  # styles that a style may be based on, one on the other
_HALF_POINTS = re.compile(r"\d{1,4}")
_SWITCHES = {None: True, "1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
_VAL, _PROPERTIES, _SIZE, _BOLD = qn("w:val"), qn("w:rPr"), qn("w:sz"), qn("w:b")
_PARAGRAPH, _VANISH = qn("w:p"), qn("w:vanish")
_HIDDEN = f"{_PROPERTIES}/{_VANISH}"
_RUN, _TEXT, _LINK, _RUN_STYLE = qn("w:r"), qn("w:t"), qn("w:hyperlink"), qn("w:rStyle")


@dataclass(frozen=True)
class Look:
    """None where nothing is said."""

    size: float | None = None  # points
    bold: bool | None = None
    hidden: bool | None = None

    def above(self, other: "Look") -> "Look":
        """What this one says, and else what `other` does."""
        return Look(
            other.size if self.size is None else self.size,
            other.bold if self.bold is None else self.bold,
            other.hidden if self.hidden is None else self.hidden,
        )


_UNSAID = Look()


@dataclass(frozen=True)
class Style:
    name: str
    look: Look


class Styles:
    """The styles of one document; each is read once."""

    def __init__(self, root: Any) -> None:
        self._elements: dict[str | None, Any] = {}
        self._defaults: dict[str, str | None] = {}
        self._known: dict[str | None, Style] = {}
        for element in root.iterfind(qn("w:style")):
            style_id = element.get(qn("w:styleId"))
            self._elements.setdefault(style_id, element)
            if _SWITCHES.get(element.get(qn("w:default"), "0")):
                self._defaults[element.get(qn("w:type"), "")] = style_id

    def of(self, paragraph: Any) -> Style:
        """The style of a paragraph's element."""
        return self._named(_value(paragraph, f"{qn('w:pPr')}/{qn('w:pStyle')}"), "paragraph")

    def hidden(self, body: Any) -> list[Any]:
        """The runs that a reader does not see because their style, or their paragraph's, hides them."""
        if not any(element.find(_HIDDEN) is not None for element in self._elements.values()):
            return []
        return [run for run in body.iter(_RUN) if self._run(run).above(self._around(run)).hidden]

    def _around(self, run: Any) -> Look:
        """What the style of its paragraph says; no program leaves a run in none."""
        paragraph = next(run.iterancestors(_PARAGRAPH), None)
        return _UNSAID if paragraph is None else self.of(paragraph).look

    def look(self, paragraph: Any, *, whole: bool) -> tuple[float, bool]:
        """The size in points of its first letters, 0 where nothing says it, and whether they are bold: all of them
        where it is looked at as a `whole`, which links make impossible.
        """
        if whole and paragraph.find(_LINK) is not None:
            return 0.0, False
        runs = (run for run in paragraph.iterfind(_RUN) if any((t.text or "").strip() for t in run.iterfind(_TEXT)))
        first = next(runs, None)
        if first is None:
            return 0.0, False
        below = self.of(paragraph).look
        look = self._run(first).above(below)
        bold = bool(look.bold) and (not whole or all(self._run(run).above(below).bold for run in runs))
        return look.size or 0.0, bold

    def _run(self, run: Any) -> Look:
        properties = run.find(_PROPERTIES)
        own = _UNSAID if properties is None else _said(properties)
        style_id = None if properties is None else _value(properties, _RUN_STYLE)
        return own.above(self._named(style_id, "character").look)

    def _named(self, style_id: str | None, kind: str) -> Style:
        if style_id not in self._elements:
            style_id = self._defaults.get(kind)
        if style_id not in self._known:
            self._known[style_id] = self._read(style_id)
        return self._known[style_id]

    def _read(self, style_id: str | None) -> Style:
        look, at = _UNSAID, style_id
        for _ in range(_BASED):
            if (element := self._elements.get(at)) is None:
                break
            if (properties := element.find(_PROPERTIES)) is not None:
                look = look.above(_said(properties))
            at = _value(element, qn("w:basedOn"))
        own = self._elements.get(style_id)
        return Style("" if own is None else _value(own, qn("w:name")) or "", look)


def _said(properties: Any) -> Look:
    size, bold, hidden = _value(properties, _SIZE) or "", properties.find(_BOLD), properties.find(_VANISH)
    return Look(
        int(size) / 2 if _HALF_POINTS.fullmatch(size) else None,
        None if bold is None else _SWITCHES.get(bold.get(_VAL)),
        None if hidden is None else _SWITCHES.get(hidden.get(_VAL)),
    )


def _value(element: Any, path: str) -> str | None:
    found = element.find(path)
    return None if found is None else found.get(_VAL)
