"""How a row of a table is said: what it is about, then its columns by their names.

What it is about stands in its first column, or in the next one where the first has an article's number. The heading
above a table in a document introduces it and is said as well, as is the name of a sheet ("Sold out"). One that says
nothing of its rows ("Prices"), and a document's, is said only where it tells a row from another.
A column's name may turn round what stands in it ("Not accepted: credit cards"), so only names are left out that say
no more than what kind of thing it is. An import writes a row as "Product: Lamps; Warranty: 24 months"; all words
that are said are the document's own.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from uuid import UUID

from apps.core.language import Language, detect_language
from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage

from ..evaluation.cases import loosely
from .column_names import KIND, MEASURES, NAMING, NUMBERING, TURNS, UNIT_BEHIND, says_nothing
from .sameness import content_words, normal_form

Cells = list[tuple[str, str]]  # (name of the column, text); what the row is about may have no name
_COLON: dict[Language, str] = {"en": ": ", "zh": "："}
WIDE = 4  # cells; of a row that has more only what is asked for is said
_LONGEST_NAME = 60
_NO_NAME = re.compile(r"[.?!。？！；]")
_ENDS = re.compile(r"[.?!。？！…][”’\"'」』）)]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]{2}|[\u3400-\u9fff]")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[-+±~≈<>≤≥]?\d[\d.,]*(?: ?[-–~×x] ?\d[\d.,]*)* ?%?")
_HAN_PAIRS = re.compile(r"(?=([\u3400-\u9fff]{2}))")


def row_cells(sentence: str, passage: RankedPassage) -> Cells:
    """Empty for what is no row: it may be a sentence with colons, unless another line has the same columns."""
    cells = cells_of(sentence)
    names = [name for name, _text in cells if name]
    whole = all(text.count("(") == text.count(")") for cell in cells for text in cell)
    if whole and len(cells) > 1 and names and _has_sibling(sentence, names, passage.text):
        return cells
    return []


def row_said(cells: Cells, passage: RankedPassage, question: str, alike: Container[str] = ()) -> str:
    """The row as a sentence. `question` chooses the columns of a wide one; of what is `alike` in several places
    only the place tells which is which.
    """
    chosen = _chosen(cells, question)
    if len(chosen) == 1:
        return chosen[0][1]
    chinese = passage.language == "zh"
    place = _place(passage, chosen[0][1], alone=cells[0][1] not in alike)
    about, others = _about(chosen, place, passage.language)
    columns = ("；" if chinese else "; ").join(_column(name, text, passage.language) for name, text in others)
    said = f"{place}{_COLON[passage.language] if place else ''}{about}"
    if columns:
        says_at_once = UNIT_BEHIND.search(others[0][0]) and _NUMBER.fullmatch(others[0][1])
        said += (("：" if says_at_once else "，") if chinese else " – ") + columns
    return said if _ENDS.search(said) else said + ("。" if chinese else ".")


def _place(passage: RankedPassage, about: str, *, alone: bool) -> str:
    """What is said before the row, if anything."""
    place = passage.heading.rpartition(" › ")[2]
    if passage.rows and alone and says_nothing(place):  # a sheet
        return ""
    place = place or ("" if alone else passage.title)
    return "" if loosely(place) in loosely(about) else place


def _about(cells: Cells, place: str, language: Language) -> tuple[str, Cells]:
    """What the row is about as it is said, and the cells that are left."""
    (name, about), *others = cells
    naming = not TURNS.search(name)
    if naming and _is_article(name, about) and others and _names(*others[0]):
        (_name, words), *others = others
        return _bold(words) + (f"（{about}）" if language == "zh" else f" ({about})"), others
    if not name or (place and _says(place, name)) or (naming and KIND.fullmatch(name) and not _is_number(about)):
        return _bold(about), others
    return _bold(f"{name} {about}" if naming and _is_number(about) else f"{name}{_COLON[language]}{about}"), others


def _bold(text: str) -> str:
    return text if "*" in text else f"**{text}**"


def _names(name: str, text: str) -> bool:
    """Whether a cell says in words what its row is about."""
    return bool(NAMING.fullmatch(name)) and not _is_number(text)


def _is_article(name: str, text: str) -> bool:
    """Whether a cell holds the number of an article."""
    return _is_number(text) and bool(NUMBERING.search(name) or re.search("[A-Z]", text))


def _is_number(text: str) -> bool:
    """An article's number, a code or a port: no word, not even one in capitals (TV, LED)."""
    return bool(_DIGIT.search(text)) and not _WORD.search(text)


def _column(name: str, text: str, language: Language) -> str:
    """A number says what it measures at once: 价格（元）480, Price EUR 189."""
    if UNIT_BEHIND.search(name) and _NUMBER.fullmatch(text):
        return f"{name}{text}" if name.endswith("）") else f"{name} {text}"
    return f"{name}{_COLON[language]}{text}" if name else text


def said_twice(passages: Iterable[RankedPassage]) -> frozenset[str]:
    """What rows of different places are about alike."""
    places: dict[str, set[tuple[UUID, str]]] = defaultdict(set)
    for passage in passages:
        for sentence in passage.sentences:
            if len(cells := cells_of(sentence.text)) > 1:
                places[cells[0][1]].add((passage.document_id, passage.heading))
    return frozenset(about for about, found in places.items() if len(found) > 1)


def _says(place: str, name: str) -> bool:
    """Whether "Modes" says "Mode", or 故障代码 says 代码, and no word there turns that round."""
    if TURNS.search(place) or TURNS.search(name):
        return False
    if _HAN.search(name):
        return loosely(place).endswith(loosely(name))
    named, placed = ([stem(word) for word in normal_form(text, "en").split()] for text in (name, place))
    return bool(named) and placed[-len(named) :] == named


def cells_of(sentence: str) -> Cells:
    """A sentence as if it were a row."""
    cells: Cells = []
    for part in sentence.split("; "):
        name, colon, text = part.partition(": ")
        if colon and text and len(name) <= _LONGEST_NAME and not _NO_NAME.search(name):
            cells.append((name, text))
        elif not cells:
            cells.append(("", part))
        else:  # a cell that has a semicolon itself
            cells[-1] = (cells[-1][0], f"{cells[-1][1]}; {part}")
    return cells


def _has_sibling(sentence: str, names: list[str], text: str) -> bool:
    """Whether another line has two of the columns, the first among them: cells that are empty are left out."""
    others = [
        {name for name, _text in cells_of(line)} for line in text.split("\n") if line.strip() != sentence.strip()
    ]
    return any(names[0] in other and len(other.intersection(names)) >= min(2, len(names)) for other in others)


def _chosen(cells: Cells, question: str) -> Cells:
    """Of a wide row its remark alone, where that says all that the question and the row have in common; else what
    it is about, what names that, and what is asked for; else all.
    """
    if len(cells) <= WIDE:
        return cells
    measures = [(called, asked) for called, asked in MEASURES if asked.search(question)]
    measured = [cell for cell in cells[2:] if any(called.search(cell[0]) for called, _asked in measures)]
    named = [cell for cell in cells[2:] if cell not in measured and words_held(question, cell[0])]
    common = words_held(question, " ".join([*(text for _name, text in cells), *(name for name, _text in named)]))
    for cell in cells:
        says_it = common <= words_held(question, cell[1]) and all(
            asked.search(cell[1]) for _called, asked in measures
        )
        if _ENDS.search(cell[1]) and common and says_it and not TURNS.search(cell[0]):
            return [cell]
    asked_for = [cell for cell in cells[2:] if cell in measured or cell in named]
    return [*cells[:2], *asked_for] if asked_for else cells


def words_held(question: str, text: str) -> frozenset[str]:
    """The question's words, in Chinese its pairs of characters, that stand in `text`."""
    language: Language = detect_language(question)
    if language == "zh":
        return frozenset(_HAN_PAIRS.findall(question)).intersection(_HAN_PAIRS.findall(text))
    return _stems(question) & _stems(text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(normal_form(text, "en")))
