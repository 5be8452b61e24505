"""Tables to take away, as CSV that a spreadsheet opens without harm."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def sheet(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Written while it is read; the file's name has the day."""
    filename = f"{name} {timezone.now():%Y-%m-%d}.csv"
    headers = {
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "\ufeff" + _line(head)  # the mark without which Excel reads UTF-8 as something else
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay as they are."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_BEGINS_FORMULA) else cell
