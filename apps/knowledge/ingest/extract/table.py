"""Tables: a row is one quotable sentence; a table of questions and answers becomes one passage a pair."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from ..blocks import Block, Columns, Extracted, Refused, clean
from ..decode import decode
from .archive import check_archive
from .rows import columns_check, row_text

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


def extract_csv(data: bytes, columns: Columns = _USUAL) -> Extracted:
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
    return Extracted("", list(_blocks(rows, columns)), columns=_headers(rows))


def extract_jsonl(data: bytes, columns: Columns = _USUAL) -> Extracted:
    """An object a line; the keys of the first are the table's columns, and later ones add theirs."""
    headers: dict[str, None] = {}
    objects: list[dict[str, Any]] = []
    for line in decode(data).split("\n"):
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
        objects.append(value)
    rows = [[_json_cell(value.get(name)) for name in headers] for value in objects]
    blocks = list(_blocks([list(headers), *rows], columns)) if objects else []
    return Extracted("", blocks, columns=tuple(headers))


def extract_xlsx(data: bytes, columns: Columns = _USUAL) -> Extracted:
    check_archive(data, must_hold="xl/workbook.xml")
    blocks: list[Block] = []
    headers: dict[str, None] = {}
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            rows = [[_cell(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python()]
            headers |= dict.fromkeys(_headers(rows))
            found = list(_blocks(rows, columns))
            blocks += [Block("heading", clean(name), level=1), *found] if len(workbook.sheet_names) > 1 else found
    except CalamineError as error:
        raise Refused("malformed", kind="XLSX") from error
    return Extracted("", blocks, columns=tuple(headers))


def _headers(rows: Iterable[list[str]]) -> tuple[str, ...]:
    """The first row that is not empty."""
    cleaned = ([clean(cell) for cell in row] for row in rows)
    return tuple(header for header in next((row for row in cleaned if any(row)), []) if header)


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return "" if value is None else str(value)


def _json_cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else _cell(value)


def _blocks(rows: Iterable[list[str]], columns: Columns) -> Iterator[Block]:
    cleaned = enumerate((_cleaned(row) for row in rows), 1)
    filled = [(number, row) for number, row in cleaned if any(row)]
    if not filled:
        return
    if len(filled) > MAX_ROWS:
        raise Refused("rows", limit=MAX_ROWS)
    headers = filled[0][1]
    if pair := _pair_columns(headers, columns):
        yield from _pairs(filled[1:], *pair)
        return
    kept = [i for i, header in enumerate(headers) if header.lower() not in _NO_CONTENT]
    for number, row in filled[1:] or filled:
        names = [headers[i] for i in kept] if number != filled[0][0] else []
        if text := row_text(names, [row[i] for i in kept if i < len(row)]):
            yield Block("unit", text)


def _cleaned(row: list[str]) -> list[str]:
    columns_check(len(row))
    return [clean(cell) for cell in row]


def _pair_columns(headers: list[str], columns: Columns) -> tuple[int, int] | None:
    """Where questions and answers stand, by the names that were given or else by the usual ones."""
    lowered = [header.lower() for header in headers]
    places = [
        next((place for place, header in enumerate(lowered) if header in names), None)
        for names in (
            {columns.question.strip().lower()} if columns.question else _QUESTION,
            {columns.answer.strip().lower()} if columns.answer else _ANSWER,
        )
    ]
    question, answer = places
    if question is None or answer is None:
        if columns.question or columns.answer:
            raise Refused("columns", question=columns.question or "question", answer=columns.answer or "answer")
        return None
    return question, answer


def _pairs(rows: list[tuple[int, list[str]]], question: int, answer: int) -> Iterator[Block]:
    for number, row in rows:
        asked, told = (row[place] if place < len(row) else "" for place in (question, answer))
        if asked or told:
            yield Block("pair", told, question=asked, row=number)
