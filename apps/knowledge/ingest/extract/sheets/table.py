"""Tables: a row is one quotable sentence; a table of questions and answers becomes one passage a pair."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zipfile import BadZipFile

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from ...blocks import Block, Columns, Extracted, Refused, Sheet, Table, Wide, clean
from ...decode import decode
from ..archive import check_archive
from ..captions import captions_above, is_headed
from ..rows import columns_check, row_text
from .layout import Span, hidden_in, spread, without
from .number_formats import NumberFormat, formats_of
from .surplus import Lines, settled
from .tables_apart import tables_apart

MAX_ROWS = 20_000
_QUESTION = {
    "question",
    "questions",
    "q",
    "query",
    "prompt",
    "问题",
    "問題",
    "提问",
    "提問",
    "问",
    "問",
    "问句",
    "标准问题",
}
_ANSWER = {"answer", "answers", "a", "response", "reply", "答案", "回答", "答复", "答覆", "答", "回复", "标准答案"}
_NO_CONTENT = {"document", "文档"}
_USUAL = Columns()
_NO_LINES = Lines()
_DELIMITERS = ",;\t|"
_TOLD = re.compile(r"sep=([,;\t|])\r?\n")
_SHOWN = 5, 40, 80  # rows, columns, and characters of a cell that a look at a sheet shows
_MOST_SHEETS = 20
_LEAST_COLUMNS = 2  # of more a row that fills the first alone is none of things

_Filled = list[tuple[int, list[str]]]  # the rows that are not empty, with their numbers; the first are the headers


def extract_csv(data: bytes, columns: Columns = _USUAL) -> Extracted:
    text = decode(data)
    csv.field_size_limit(1_000_000)
    told = _TOLD.match(text)  # for Excel alone
    text = text[told.end() :] if told else text
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8000], told[1] if told else _DELIMITERS)
    except csv.Error:  # its rows have different counts of cells
        first = text.lstrip().partition("\n")[0]
        likely = told[1] if told else max(_DELIMITERS, key=first.count)
        dialect = type("_First", (csv.excel,), {"delimiter": likely})
    try:
        rows = list(csv.reader(io.StringIO(text), dialect if dialect.delimiter != "," else csv.excel))
    except csv.Error as error:
        raise Refused("malformed", kind="CSV") from error
    counted = dict(enumerate(rows, 2 if told else 1))
    return _extracted([("", _filled(counted.items()))], columns, Lines(dialect.delimiter, counted))


def extract_jsonl(data: bytes, columns: Columns = _USUAL) -> Extracted:
    """An object a line, which is its row; the keys of the first are the columns, and later ones add theirs."""
    headers: dict[str, None] = {}
    objects: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(decode(data).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Refused("malformed", kind="JSONL") from error
        if not isinstance(value, dict):
            raise Refused("malformed", kind="JSONL")
        headers |= dict.fromkeys(value)
        columns_check(len(headers))
        objects.append((number, value))
    rows = [(number, [_json_cell(value.get(name)) for name in headers]) for number, value in objects]
    return _extracted([("", _filled([(0, list(headers)), *rows]) if objects else [])], columns)


def check_xlsx(data: bytes) -> None:
    """Raises Refused for what cannot be opened."""
    check_archive(data, must_hold="xl/workbook.xml")


def extract_xlsx(data: bytes, columns: Columns = _USUAL) -> Extracted:
    """Each sheet is a section where there are several."""
    check_xlsx(data)
    sheets: list[tuple[str, _Filled]] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        formats, hidden = formats_of(data), hidden_in(data)
        names = _visible(workbook)
        for name in names:
            sheet = workbook.get_sheet_by_name(name)
            above, left = sheet.start or (0, 0)  # what is empty there is no row and no column here, but counts
            own = formats.get(name, {})
            rows = [
                [_cell(cell, own.get((row, column))) for column, cell in enumerate(cells, left)]
                for row, cells in enumerate(sheet.to_python(), above)
            ]
            spans = [((top - above, a - left), (end - above, b - left)) for (top, a), (end, b) in _merged(sheet)]
            unseen_rows, unseen = hidden.get(name, (set(), set()))
            shown = without(spread(rows, spans), {at - above for at in unseen_rows}, {at - left for at in unseen})
            filled = _filled(enumerate(shown, above + 1))
            label = clean(name) if len(names) > 1 else ""
            sheets += [(label, table) for table in tables_apart(filled)]
    except (CalamineError, BadZipFile, etree.XMLSyntaxError) as error:
        raise Refused("malformed", kind="XLSX") from error
    return _extracted(sheets, columns)


def _visible(workbook: CalamineWorkbook) -> list[str]:
    """The sheets that Excel shows; hidden ones are for whoever made the file."""
    shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    return shown or workbook.sheet_names


def _merged(sheet: CalamineSheet) -> list[Span]:
    return sheet.merged_cell_ranges or []


def _below_captions(filled: _Filled, columns: Columns, lines: Lines) -> tuple[_Filled, _Filled]:
    """The rows above the headers, and the table; headers of questions and answers are known by their names. A word
    that is no title names the first column alone, also where no comma behind it says so.
    """
    above = captions_above(filled)
    if above and (_pair_columns(filled[above][1], columns) or is_headed(filled, above)):
        return filled[:above], filled[above:]
    (number, names), *below = filled
    commas = any(cell[:1].isspace() for row, _cells in below for cell in lines.cells.get(row, ()))  # of a sentence
    if above and not commas and len({len(row) for _number, row in below}) == 1:
        names = [*names, *[""] * (len(below[0][1]) - len(names))]
    return [], [(number, names), *below]


def _extracted(sheets: list[tuple[str, _Filled]], columns: Columns, lines: Lines = _NO_LINES) -> Extracted:
    """(name, rows) of each sheet. Columns that are named must stand in one of them."""
    parted = [(name, _below_captions(filled, columns, lines)) for name, filled in sheets if filled]
    captions = [above for _name, (above, _below) in parted]
    sheets = [(name, below) for name, (_above, below) in parted]
    pairs = [_pair_columns(filled[0][1], columns) for _, filled in sheets]
    if sheets and not any(pairs) and (columns.question or columns.answer):
        raise Refused("columns", question=columns.question or "question", answer=columns.answer or "answer")
    blocks: list[Block] = []
    shown: list[Sheet] = []
    wide: list[Wide] = []
    for (name, filled), above, pair in zip(sheets, captions, pairs, strict=True):
        if name and name not in {sheet.name for sheet in shown[-1:]}:
            blocks.append(Block("heading", name, level=1))
        blocks += (Block("unit", " ".join(filter(None, row)), row=number) for number, row in above)
        found = settled(filled, lines, pair, whole=_is_whole(filled[0][1], pair, columns))
        below = _pairs(found.rows[1:], *pair) if pair else _rows(found.rows, columns, alone=len(filled) == 1)
        blocks += sorted([*below, *found.loose], key=lambda block: block.row)
        wide += found.wide
        shown.append(_shown(name, found.rows, pair))
    return Extracted("", blocks, table=Table(tuple(shown[:_MOST_SHEETS]), tuple(wide)))


def _is_whole(headers: list[str], pair: tuple[int, int] | None, columns: Columns) -> bool:
    """Whether every column is imported, so that a line of them may be quoted."""
    if pair:
        return not any(header for place, header in enumerate(headers) if place not in pair)
    return not {header.lower() for header in headers} & (_NO_CONTENT | _lowered(columns.ignored))


def _shown(name: str, filled: _Filled, pair: tuple[int, int] | None) -> Sheet:
    most_rows, most_columns, longest = _SHOWN
    headers = tuple(dict.fromkeys(header for header in filled[0][1] if header))[:most_columns]
    rows = (dict(zip(filled[0][1], row, strict=False)) for _, row in filled[1 : most_rows + 1])
    beginnings = tuple(tuple(row.get(header, "")[:longest] for header in headers) for row in rows)
    return Sheet(name, headers, beginnings, *(filled[0][1][place] for place in pair or ()))


def _cell(value: Any, form: NumberFormat | None = None) -> str:
    if form and isinstance(value, (int, float)) and not isinstance(value, bool):
        return form.shown(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | time) and not value.second and not value.microsecond:
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return _lasting(value)
    return "" if value is None else str(value)


def _lasting(value: timedelta) -> str:
    """Hours are counted on beyond a day, as "[h]:mm" shows them."""
    minutes, seconds = divmod(round(abs(value).total_seconds()), 60)
    text = f"{minutes // 60}:{minutes % 60:02}{f':{seconds:02}' if seconds else ''}"
    return f"-{text}" if value < timedelta() and (minutes or seconds) else text


def _json_cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else _cell(value)


def _filled(rows: Iterable[tuple[int, list[str]]]) -> _Filled:
    cleaned = ((number, _cleaned(row)) for number, row in rows)
    filled = [(number, row) for number, row in cleaned if any(row)]
    if len(filled) > MAX_ROWS:
        raise Refused("rows", limit=MAX_ROWS)
    return filled


def _cleaned(row: list[str]) -> list[str]:
    columns_check(len(row))
    return [clean(cell) for cell in row]


def _rows(filled: _Filled, columns: Columns, *, alone: bool) -> Iterator[Block]:
    """Each a sentence; a table of one row has no headers."""
    headers = filled[0][1]
    left_out = _NO_CONTENT | _lowered(columns.ignored)
    kept = [place for place, header in enumerate(headers) if header.lower() not in left_out]
    for number, row in filled if alone else filled[1:]:
        names = [] if alone else [headers[place] for place in kept]
        cells = [row[place] for place in kept if place < len(row)] + row[len(headers) :]
        if len(names) > _LEAST_COLUMNS and cells[:1] == [cell for cell in cells if cell]:
            names = []  # a note, or what the rows below are about
        if text := row_text(names, cells):
            yield Block("unit", text, row=number)


def _pair_columns(headers: list[str], columns: Columns) -> tuple[int, int] | None:
    """Where questions and answers stand, by the names that were given or else by the usual ones."""
    if columns.rows:
        return None
    ignored = _lowered(columns.ignored)
    lowered = [header.lower() for header in headers]
    question, answer = (
        next((place for place, header in enumerate(lowered) if header in names - ignored), None)
        for names in (
            _lowered([columns.question]) if columns.question else _QUESTION,
            _lowered([columns.answer]) if columns.answer else _ANSWER,
        )
    )
    return None if question is None or answer is None else (question, answer)


def _lowered(names: Iterable[str]) -> set[str]:
    return {name.strip().lower() for name in names}


def _pairs(rows: _Filled, question: int, answer: int) -> Iterator[Block]:
    for number, row in rows:
        asked, told = (row[place] if place < len(row) else "" for place in (question, answer))
        if asked or told:
            yield Block("pair", told, question=asked, row=number)
