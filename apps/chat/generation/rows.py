"""How a row of a table is said: its first column, then the others by their names, below the table's place.

A column's name may turn round what stands in it ("Not accepted: credit cards"), so none is left out that the place
does not say. An import writes a row as "Product: Lamps; Warranty: 24 months"; all words that are said are the
document's own.
"""

import re

from apps.core.language import Language, detect_language
from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage

from ..evaluation.cases import loosely
from .sameness import content_words, normal_form

Cells = list[tuple[str, str]]  # (name of the column, text); what the row is about may have no name
WIDE = 4  # cells; of a row that has more only what is asked for is said
_LONGEST_NAME = 60
_NO_NAME = re.compile(r"[.?!。？！；]")
_ENDS = re.compile(r"[.?!。？！…][”’\"'」』）)]*$")
# Names that turn round what stands below them.
_TURNS = re.compile(
    r"\b(?:not?|never|without|except|excluded?|excluding|non|un\w+|neither|nor|cannot|instead|forbidden|prohibited|"
    r"banned|exclu\w+|exceptions?|\w+n[’']t)\b|[不没无未非禁除免勿停]",
    re.I,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_PAIRS = re.compile(r"(?=([\u3400-\u9fff]{2}))")
# Of what columns measure: how they are called, and the words that ask for it.
_MEASURES = tuple(
    (re.compile(called, re.I), re.compile(asked, re.I))
    for called, asked in (
        (r"\bprice|\bcost|\(CNY|\(USD|¥|价格|售价|费用", r"\bcost|\bprice|\bhow much\b|\bcheap|多少钱|价|贵|费"),
        (r"\bweight|\(k?g\)|重量", r"\bheavy|\bweigh|重"),
        (r"\bsize|\([cm]?m\)|尺寸", r"\bhow (?:big|large|tall|high|wide|long|deep)\b|\bsize|尺寸|多[大高宽长]"),
        (r"\bsound|\bnoise|\(dB|噪音|声", r"\bloud|\bnois|\bquiet|\bsound|噪|吵|声|响"),
        (r"\bpower|\(W\)|（W）|功率", r"\bpower|\bwatt|\belectric|\bdraw|功率|耗电|瓦|费电"),
    )
)


def row_cells(sentence: str, passage: RankedPassage) -> Cells:
    """Empty for what is no row: it may be a sentence with colons, unless another line has the same columns."""
    cells = _cells(sentence)
    names = [name for name, _text in cells if name]
    whole = all(text.count("(") == text.count(")") for cell in cells for text in cell)
    if whole and len(cells) > 1 and names and _has_sibling(sentence, names, passage.text):
        return cells
    return []


def row_said(cells: Cells, passage: RankedPassage, question: str) -> str:
    """The row as a sentence. `question` chooses the columns of a wide one."""
    chosen = _chosen(cells, question)
    if len(chosen) == 1:
        return chosen[0][1]
    (name, about), *others = chosen
    chinese = passage.language == "zh"
    place = passage.heading.rpartition(" › ")[2] or passage.title
    if loosely(place) in loosely(about) or (chinese and not _HAN.search(place)):  # a file's name is no heading
        place = ""
    colon, comma, between = ("：", "，", "；") if chinese else (": ", " – ", "; ")
    columns = between.join(f"{name}{colon}{text}" if name else text for name, text in others)
    if name and not _says(place, name):
        about = f"{name}{colon}{about}"
    bold = about if "*" in about else f"**{about}**"
    said = f"{place}{colon if place else ''}{bold}{comma}{columns}"
    return said if _ENDS.search(said) else said + ("。" if chinese else ".")


def _says(place: str, name: str) -> bool:
    """Whether "Modes" says "Mode", or 故障代码 says 代码, and no word there turns that round."""
    if _TURNS.search(place) or _TURNS.search(name):
        return False
    if _HAN.search(name):
        return loosely(place).endswith(loosely(name))
    named, placed = ([stem(word) for word in normal_form(text, "en").split()] for text in (name, place))
    return bool(named) and placed[-len(named) :] == named


def _cells(sentence: str) -> Cells:
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
        {name for name, _text in _cells(line)} for line in text.split("\n") if line.strip() != sentence.strip()
    ]
    return any(names[0] in other and len(other.intersection(names)) >= min(2, len(names)) for other in others)


def _chosen(cells: Cells, question: str) -> Cells:
    """Of a wide row its remark alone, where that says all that the question and the row have in common; else what
    it is about, what names that, and what is asked for; else all.
    """
    if len(cells) <= WIDE:
        return cells
    measures = [(called, asked) for called, asked in _MEASURES if asked.search(question)]
    measured = [cell for cell in cells[2:] if any(called.search(cell[0]) for called, _asked in measures)]
    named = [cell for cell in cells[2:] if cell not in measured and _held(question, cell[0])]
    common = _held(question, " ".join([*(text for _name, text in cells), *(name for name, _text in named)]))
    for cell in cells:
        says_it = common <= _held(question, cell[1]) and all(asked.search(cell[1]) for _called, asked in measures)
        if _ENDS.search(cell[1]) and common and says_it and not _TURNS.search(cell[0]):
            return [cell]
    asked_for = [cell for cell in cells[2:] if cell in measured or cell in named]
    return [*cells[:2], *asked_for] if asked_for else cells


def _held(question: str, text: str) -> set[str]:
    """The question's words, in Chinese its pairs of characters, that stand in `text`."""
    language: Language = detect_language(question)
    if language == "zh":
        return set(_HAN_PAIRS.findall(question)) & set(_HAN_PAIRS.findall(text))
    return _stems(question) & _stems(text)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(normal_form(text, "en"))}
