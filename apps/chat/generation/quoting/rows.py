"""How a row of a table is said: what it is about, then its columns by their names.

What it is about stands in its first column, or in the next one where the first has an article's number. The heading
above a table in a document introduces it and is said as well, as is the name of a sheet ("Sold out"). One that says
nothing of its rows ("Prices"), and a document's, is said only where it tells a row from another.
A column's name may turn round what stands in it ("Not accepted: credit cards"), so only names are left out that say
no more than what kind of thing it is, by what they are or by what their rows are called. An import writes a row as
"Product: Lamps; Warranty: 24 months"; all words that are said are the document's own.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from uuid import UUID

from apps.core.language import Language, detect_language
from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage

from ...evaluation.cases import loosely
from ..asking.sameness import content_words, normal_form
from .column_names import KIND, MEASURES, NAMING, NUMBERING, TURNS, UNIT_BEHIND, WIDE, Cells, says_nothing, tells
from .columns_asked import columns_asked

_COLON: dict[Language, str] = {"en": ": ", "zh": "："}
_LONGEST_NAME = 60
_NO_NAME = re.compile(r"[.?!。？！；]")
_ENDS = re.compile(r"[.?!。？！…][”’\"'」』）)]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]{2}|[\u3400-\u9fff]")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[-+±~≈<>≤≥]?\d[\d.,]*(?: ?[-–~×x] ?\d[\d.,]*)* ?%?")
_BRACKETS = re.compile(r"[（(].*")
# A block's heading that only sets it apart from those before it.
_THE_REST = re.compile(r"others?|miscellaneous|misc\.?|various|(?:其[他它]|杂项)(?:项目|服务|费用)?", re.I)
_HAN_PAIRS = re.compile(r"(?=([\u3400-\u9fff]{2}))")


def row_cells(sentence: str, passage: RankedPassage) -> Cells:
    """Empty for what is no row: it may be a sentence with colons, unless another line has the same columns."""
    cells = cells_of(sentence)
    names = [name for name, _text in cells if name]
    whole = all(text.count("(") == text.count(")") for cell in cells for text in cell)
    if whole and len(cells) > 1 and names and _has_sibling(sentence, names, passage.text):
        return cells
    return []


def row_said(
    cells: Cells, passage: RankedPassage, question: str, alike: Container[str] = (), asked: str = ""
) -> str:
    """The row as a sentence, of the columns that are `asked` for, or else by `question` with what it leaves unsaid;
    of what is `alike` in several places only the place tells which is which.
    """
    if remark := _remark(cells, question):
        return remark
    chosen = _telling(columns_asked(cells, asked, question))
    chinese = passage.language == "zh"
    place = _place(passage, chosen[0][1], alone=cells[0][1] not in alike)
    about, others = _about(chosen, place, passage)
    columns = ("；" if chinese else "; ").join(_column(name, text, passage.language) for name, text in others)
    said = f"{place}{_COLON[passage.language] if place else ''}{about}"
    if columns:
        says_at_once = UNIT_BEHIND.search(others[0][0]) and _NUMBER.fullmatch(others[0][1])
        said += (("：" if says_at_once else "，") if chinese else " – ") + columns
    return said if _ENDS.search(said) else said + ("。" if chinese else ".")


def _telling(cells: Cells) -> Cells:
    """Without those that say nothing, where others do."""
    telling = [cell for cell in cells[1:] if tells(cell[1])]
    return [cells[0], *telling] if telling else cells


def _place(passage: RankedPassage, about: str, *, alone: bool) -> str:
    """What is said before the row, if anything."""
    place = passage.heading.rpartition(" › ")[2]
    if passage.rows and alone and says_nothing(place):  # a sheet
        return ""
    if _THE_REST.fullmatch(place.strip()):
        place = ""
    place = place or ("" if alone else passage.title)
    return "" if loosely(place) in loosely(about) else place


def _about(cells: Cells, place: str, passage: RankedPassage) -> tuple[str, Cells]:
    """What the row is about as it is said, and the cells that are left."""
    (name, about), *others = cells
    language = passage.language
    naming = not TURNS.search(name)
    if naming and _is_article(name, about) and others and _names(*others[0]):
        (_name, words), *others = others
        return _bold(words) + (f"（{about}）" if language == "zh" else f" ({about})"), others
    kind = naming and not _is_number(about) and (KIND.fullmatch(name) or _names_rows(name, passage))
    if not name or (place and _says(place, name)) or kind:
        return _bold(about), others
    return _bold(f"{name} {about}" if naming and _is_number(about) else f"{name}{_COLON[language]}{about}"), others


def _names_rows(name: str, passage: RankedPassage) -> bool:
    """Whether rows of the table are called by their column's name: "Pedal boat" below "Boat", 学生证 below 证件."""
    cells = (cells_of(line)[0] for line in passage.text.split("\n"))
    subjects = [text for column, text in cells if column == name]
    if _HAN.search(name):
        return sum(_BRACKETS.sub("", text).strip()[-1:] in {*name} for text in subjects) > 1
    return any(_stems(name) & _stems(text) for text in subjects)


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


def _remark(cells: Cells, question: str) -> str:
    """Of a wide row what alone says all that the question and the row have in common; empty where nothing does."""
    if len(cells) <= WIDE:
        return ""
    measures = [(called, asked) for called, _says, asked in MEASURES if asked.search(question)]
    named = (name for name, _text in cells[2:] if not any(called.search(name) for called, _asked in measures))
    common = words_held(question, " ".join([*(text for _name, text in cells), *named]))
    for name, text in cells:
        says_it = common <= words_held(question, text) and all(asked.search(text) for _called, asked in measures)
        if _ENDS.search(text) and common and says_it and not TURNS.search(name):
            return text
    return ""


def words_held(question: str, text: str) -> frozenset[str]:
    """The question's words, in Chinese its pairs of characters, that stand in `text`."""
    language: Language = detect_language(question)
    if language == "zh":
        return frozenset(_HAN_PAIRS.findall(question)).intersection(_HAN_PAIRS.findall(text))
    return _stems(question) & _stems(text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(normal_form(text, "en")))
