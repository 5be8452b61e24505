"""Numbered lists: in Word all of one style are one list, unless each has a numbering of its own."""

from typing import Any

from docx.document import Document
from docx.oxml.numbering import CT_Num


class Numberings:
    """Those of a document. Their ids are counted here: python-docx looks through all of them for each new one."""

    def __init__(self, document: Document) -> None:
        self._styles = document.styles
        there = document.part.numbering_part.numbering_definitions._numbering.num_lst
        self._forms = {num.numId: num.abstractNumId.val for num in there}
        self._last: Any = max(there, key=lambda num: num.numId)

    def anew(self, style: str, start: int = 1) -> int:
        """The id of a new numbering in the form of `style` that begins with `start`."""
        form = self._forms[self._styles[style].element.pPr.numPr.numId.val]
        number = CT_Num.new(self._last.numId + 1, form)
        number.add_lvlOverride(ilvl=0).add_startOverride(start)
        self._last.addnext(number)
        self._last = number
        return int(number.numId)
