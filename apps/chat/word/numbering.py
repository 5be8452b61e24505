"""Numbered lists: in Word all of one style are one list, unless each has a numbering of its own."""

from docx.document import Document


def numbered_anew(document: Document, style: str, start: int = 1) -> int:
    """The id of a new numbering in the form of `style` that begins with `start`."""
    definitions = document.part.numbering_part.numbering_definitions._numbering
    own = document.styles[style].element.pPr.numPr.numId.val
    form = next(num for num in definitions.num_lst if num.numId == own).abstractNumId.val
    number = definitions.add_num(form)
    number.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(number.numId)
