"""Tables: a row is one quotable sentence; a table of questions and answers becomes one passage a pair."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from ..blocks import Block, Extracted, Refused, clean
from ..decode import decode
from .archive import check_archive
from .rows import row_text

MAX_ROWS = 20_000
_QUESTION = {"question", "questions", "q", "问题", "提问"}
_ANSWER = {"answer", "answers", "a", "答案", "回答", "答复"}
_NO_CONTENT = {"document", "文档"}


def extract_csv(data: bytes) -> Extracted:
    text = decode(data)
    csv.field_size_limit(1_000_000)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8000], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text), dialect if dialect.delimiter != "," else csv.excel))
    except csv.Error as error:
        raise Refused("malformed", kind="CSV") from error
    return Extracted("", list(_blocks(rows)))


def extract_xlsx(data: bytes) -> Extracted:
    check_archive(data, must_hold="xl/workbook.xml")
    blocks: list[Block] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            rows = [[_cell(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python()]
            found = list(_blocks(rows))
            blocks += [Block("heading", clean(name), level=1), *found] if len(workbook.sheet_names) > 1 else found
    except CalamineError as error:
        raise Refused("malformed", kind="XLSX") from error
    return Extracted("", blocks)


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return "" if value is None else str(value)


def _blocks(rows: Iterable[list[str]]) -> Iterator[Block]:
    filled = [row for row in ([clean(cell) for cell in row] for row in rows) if any(row)]
    if not filled:
        return
    if len(filled) > MAX_ROWS:
        raise Refused("rows", limit=MAX_ROWS)
    headers = [header.lower() for header in filled[0]]
    question = next((i for i, header in enumerate(headers) if header in _QUESTION), None)
    answer = next((i for i, header in enumerate(headers) if header in _ANSWER), None)
    if question is not None and answer is not None:
        yield from _pairs(filled[1:], question, answer)
        return
    kept = [i for i, header in enumerate(headers) if header not in _NO_CONTENT]
    for row in filled[1:] or filled:
        names = [filled[0][i] for i in kept] if row is not filled[0] else []
        if text := row_text(names, [row[i] for i in kept if i < len(row)]):
            yield Block("unit", text)


def _pairs(rows: list[list[str]], question: int, answer: int) -> Iterator[Block]:
    for row in rows:
        if len(row) > max(question, answer) and row[question] and row[answer]:
            yield Block("pair", row[answer], question=row[question])
