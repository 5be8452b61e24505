"""What a table must show that only its columns tell, for an address, a form, code and contents keep to columns,
too; and whether its first row is of headers.
"""

import re
from collections.abc import Sequence

from apps.core.amounts.calendar import HAN_WEEKDAY, MONTH, SHORT_WEEKDAY
from apps.core.amounts.money import ANY_SIGN, HAN_NAME

from ..captions import is_value
from ..rows import YEAR, headed

_FIGURES = r"\d[\d.,:]*+(?:[\u4e00-\u9fff]{1,6}\d[\d.,:]*+)*+"
"""Also those of several units, which Chinese sets without blanks: 9月1日, 1小时30分钟, 8点至下午6点."""
_BEFORE = (
    rf"(?:from|about|ca|each|up to|until|(?i:{SHORT_WEEKDAY}|{MONTH}))(?=\W)"
    rf"|约|每[\u4e00-\u9fff]{{1,2}}|[上下中]午|早上|晚上|凌晨|{HAN_WEEKDAY}"
)
"""What may stand before a number: "March 5", "from £40", 每次60元."""
_UNIT = (
    rf"(?:(?:{_BEFORE})\W*+)?[A-Za-z]?{_FIGURES}"
    rf"|[a-z]{{0,2}}[A-Z]{{1,4}}[a-z]?|(?i:{MONTH})|[^\W\d_A-Z]++"
)
"""What stands behind a number or beside it, and no name: "14 Quay Street" is an address."""
_NUMBER = re.compile(
    rf"\W*+(?:(?:{_BEFORE})\W*+){{0,2}}(?:[A-Z]{{1,3}}[ -]?)?{_FIGURES}"
    rf"(?:\W*+(?<![^\W\d_])(?:{_UNIT})(?![^\W\d_])){{0,5}}\W*+"
)
_BARE = re.compile(r"(?=\D*\d)[\W\d]*+")
_AMOUNT = re.compile(rf"\d[.,]\d\d(?!\d)|[{ANY_SIGN}%]|\d\W*(?:[A-Z]{{3}}\b|{HAN_NAME}|圆)")
_FIGURE = re.compile(r"\d")
_WHOLE, _ROMAN = re.compile(r"\d{1,4}"), re.compile(r"[ivxlc]+")
_PAGE = re.compile(r"(?i:pages?|p\.?)|页码?")
_MARKER = re.compile(r"[(（]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxl]{1,4}|[IVXL]{1,4})[.)）、．]?|[-*+•·▪◦–—]")
_CODE = re.compile(r"(?:#\W|//|/\*|--\s).*|.*[;{}]")
_ASKED = (":", "：", "___")
_COUNTED = re.compile(r"(?i:.*\b(?:no|nr|number|id)\.?:?|.*[号#№])")
_NAME = re.compile(r"(?![a-z])[^\d，。；！？]{1,20}+(?<![,;:.!?…-])")
_CELL = re.compile(r"[^，。；！？]{1,40}+(?<![,;:.!?…-])")
_TIMES = re.compile(r"\d{1,2}[:：]\d\d(?:\s*(?:[-–—~～至到]|to)\s*\d{1,2}[:：]\d\d)?(?:\s*[ap]\.?m\.?)?", re.I)
_MOSTLY = 2 / 3  # of the cells of a column
_SHORT = 40  # characters of a cell that is no prose
_LEAST_WORDS = 4  # rows of a table without a number
_LEAST_NAMED = 3  # rows below the names of one that has nothing but words


def is_headed(texts: list[list[str]], *, bold: bool) -> bool | None:
    """As `rows.headed`; `bold` is a first row that alone is so. "1 day" is a name above bare numbers."""
    if _are_counted(_columns(texts)):
        return False
    found = bold or headed(texts)
    if found is False:
        heads = [head for head, cells in _columns(texts) if head and cells and _mostly(_BARE, cells)]
        return bool(heads) and all(not _BARE.fullmatch(head) or bool(YEAR.fullmatch(head)) for head in heads)
    return found or any(_names_amounts(*column) for column in _columns(texts)) or None


def _names_amounts(head: str, cells: list[str]) -> bool:
    """Whether short cells with figures stand below a name, though words begin them: 每人 200 元."""
    if max(map(len, [head, *cells])) > _SHORT:
        return False
    figures = sum(bool(_FIGURE.search(cell)) for cell in cells)
    return bool(head) and not is_value(head) and len(cells) > 1 and figures >= _MOSTLY * len(cells)


def is_table(texts: list[list[str]], *, bold: bool, headers: bool | None, whole: bool = False) -> bool:
    """Whether lines in columns are rows of a table, though nothing is drawn and no table goes on. `headers` is what
    `is_headed` said of them; they are `whole` where each is one line.
    """
    columns = _columns(texts)
    if _is_form(columns, headers) or any(_mostly(_CODE, cells, 1 / 3) for _head, cells in columns):
        return False
    numbered = any(is_numbers(cells) for _head, cells in columns)
    told = _unmarked(columns)
    if len(columns) > len(told) and _is_rising([told[-1][0], *told[-1][1]]):
        return False
    if len(columns) == 2:
        return _are_named_values(columns, bold=bold, headers=headers is True)
    if numbered or bold or (len(texts) > _LEAST_WORDS and any(map(_says_again, columns[1:]))):
        return True
    return whole and headers is None and _are_named_words(texts)


def is_numbers(cells: Sequence[str]) -> bool:
    """Whether most of a column are numbers, whatever the others say, and two of them of one kind."""
    found = [cell for cell in cells if _NUMBER.fullmatch(cell)]
    alike = sum(bool(_BARE.fullmatch(cell)) for cell in found)
    return len(found) >= _MOSTLY * len(cells) and max(alike, len(found) - alike) > 1


def names_numbers(row: Sequence[str]) -> bool:
    """Whether there is a number behind its first cell."""
    return any(_NUMBER.fullmatch(cell) for cell in row[1:])


def is_list(texts: list[list[str]]) -> bool:
    """Whether there is but one column beside the numbers of a list."""
    return len(_unmarked(_columns(texts))) < 2


Column = tuple[str, list[str]]  # its first cell, and the others that say something


def _columns(texts: list[list[str]]) -> list[Column]:
    return [(head, [cell for cell in cells if cell]) for head, *cells in zip(*texts, strict=True)]


def _mostly(pattern: re.Pattern[str], cells: Sequence[str], least: float = _MOSTLY) -> bool:
    return sum(bool(pattern.fullmatch(cell)) for cell in cells) >= least * max(1, len(cells))


def _unmarked(columns: Sequence[Column]) -> Sequence[Column]:
    """Without those at the left that hold a list's numbers, which no word names."""
    at = 0
    while at < len(columns) and _are_markers(*columns[at]):
        at += 1
    return columns[at:]


def _are_markers(head: str, cells: list[str]) -> bool:
    return (not head or bool(_MARKER.fullmatch(head))) and _mostly(_MARKER, cells)


def _is_form(columns: Sequence[Column], headers: bool | None) -> bool:
    """Labels with room or their numbers behind them: "Name: ____"."""
    asked = [sum(cell.endswith(_ASKED) for cell in cells) > len(cells) / 2 for _head, cells in columns]
    return _are_counted(columns) or (asked[0] and not headers) or any(asked[1:])


def _are_counted(columns: Sequence[Column]) -> bool:
    """Labels with their numbers beside them, which name no column: "Invoice no."; 4711."""
    label, labels = columns[0]
    return _mostly(_COUNTED, [label, *labels]) and any(_BARE.fullmatch(beside) for beside, _cells in columns[1:2])


def _are_named_words(texts: list[list[str]]) -> bool:
    """A short cell of words in every column of every row, below names: what prose and forms do not have. Lines of
    figures alone are those of addresses, which stand side by side; so do lists in the order of the alphabet.
    """
    heads, *rows = texts
    names = [row[0] for row in rows]
    named = all(map(_NAME.fullmatch, heads)) and not any(map(is_value, heads))
    told = all(map(_CELL.fullmatch, (cell for row in rows for cell in row)))
    if len(rows) < _LEAST_NAMED or not named or not told or any(name[0].islower() for name in names):
        return False
    again = len({*heads}) < len(heads) or any(head in cells for head, cells in _columns(texts))
    if again or any(all(map(_FIGURE.search, row)) for row in rows):
        return False
    return not any(_is_ordered(lines) for lines in (texts, list(zip(*texts, strict=True))))


def _is_ordered(lines: Sequence[Sequence[str]]) -> bool:
    said = [cell.casefold() for line in lines for cell in line]
    return said == sorted(said)


def _are_named_values(columns: Sequence[Column], *, bold: bool, headers: bool) -> bool:
    """Names with their prices, say; neither contents nor a list of who has which number."""
    (_name, names), (head, values) = columns
    if (_ROMAN.fullmatch(head) or _PAGE.fullmatch(head)) and _is_rising(values):
        return False
    if headers:
        return bold or is_numbers(values) or _are_timed(columns)
    return len(names) > 1 and not _mostly(_NUMBER, names) and _mostly_amounts([head, *values])


def _are_timed(columns: Sequence[Column]) -> bool:
    """Whether names stand above times and what happens then, in short words."""
    (name, times), (head, cells) = columns
    named = all(_NAME.fullmatch(one) and not is_value(one) for one in (name, head))
    told = all(map(_CELL.fullmatch, cells))
    return named and told and len(times) == len(cells) >= _LEAST_NAMED and _mostly(_TIMES, times, 1)


def _mostly_amounts(values: Sequence[str]) -> bool:
    return sum(bool(_AMOUNT.search(one) and _NUMBER.fullmatch(one)) for one in values) >= _MOSTLY * len(values)


def _is_rising(values: Sequence[str]) -> bool:
    """As the pages of contents do."""
    if not _mostly(_WHOLE, values, 1):
        return False
    pages = [int(value) for value in values]
    return pages == sorted(pages)


def _says_again(column: Column) -> bool:
    """Whether its cells are a few words that come again, as "yes" and "closed" do."""
    return 2 * len(set(column[1])) <= len(column[1])
