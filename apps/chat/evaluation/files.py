"""Reading cases from a file: one JSON object a line, or a table with a heading row."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

from .cases import Case

MOST_CASES = 5000
LONGEST_QUESTION = 4000
_SHOWN = 5  # faults that are named at once
_COLUMNS = ("question", "answers", "answer", "document", "group", "before", "passage", "offtopic")
_YES = {"1", "true", "yes", "是"}


def cases_read(path: Path) -> list[Case]:
    """The cases of a file. Raises BadInput with the numbers of the lines that are none."""
    try:
        return cases_parse(path.read_bytes(), path.name)
    except OSError as error:
        raise BadInput(_("The file %(name)s cannot be read.") % {"name": path}) from error


def cases_parse(data: bytes, name: str) -> list[Case]:
    """`name` tells the form: .csv, else JSON lines. Raises BadInput, also for a file without any question."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("The file %(name)s cannot be read.") % {"name": name} + " UTF-8?") from error
    cases: list[Case] = []
    faults: list[str] = []
    for number, record in _table(text) if name.lower().endswith(".csv") else _lines(text):
        try:
            cases.append(_case(record))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(_("Line %(number)d: %(fault)s") % {"number": number, "fault": _fault(error)})
    if faults:
        raise BadInput(" ".join(faults[:_SHOWN]))
    if not cases:
        raise BadInput(_("There is no question in the file."))
    if len(cases) > MOST_CASES:
        raise BadInput(_("A set holds at most %(count)d questions.") % {"count": MOST_CASES})
    return cases


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _table(text: str) -> Iterator[tuple[int, Any]]:
    """Several accepted answers stand in one cell, with | between them; a column of one may be called "answer"."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if unknown := {(name or "").strip() for name in rows.fieldnames or ()} - {*_COLUMNS, ""}:
        raise BadInput(
            _("Columns that a set does not have: %(names)s. It has these: %(known)s.")
            % {"names": ", ".join(sorted(unknown)), "known": ", ".join(_COLUMNS)}
        )
    for row in rows:
        cells = {
            (name or "").strip(): (value or "").strip() for name, value in row.items() if isinstance(value, str)
        }
        if any(cells.values()):
            said = cells.pop("answers", "") or cells.pop("answer", "")
            answers = [part.strip() for part in said.split("|") if part.strip()]
            before = [part.strip() for part in cells.pop("before", "").split("|") if part.strip()]
            flag = cells.pop("offtopic", "").lower() in _YES
            yield rows.line_num, {**cells, "answers": answers, "before": before, "offtopic": flag}


def _case(record: Any) -> Case:
    question, answers = str(record["question"]).strip(), _answers(record)
    if not 0 < len(question) <= LONGEST_QUESTION or "\x00" in question:
        raise ValueError
    case = Case(
        question,
        answers,
        document=str(record.get("document") or "").strip(),
        group=str(record.get("group") or "").strip(),
        before=_texts(record.get("before") or ()),
        passage=str(UUID(str(record["passage"]))) if record.get("passage") else "",
    )
    if record.get("offtopic") and not case.offtopic:
        raise _Contradiction
    return case


def _answers(record: dict[str, Any]) -> tuple[str, ...]:
    """None said is off topic, unless they may stand under a misspelt key."""
    if record.get("answers") is not None:
        return _texts(record["answers"])
    if unknown := sorted(set(record) - {*_COLUMNS}):
        raise _Unknown(", ".join(unknown))
    return (str(record["answer"]),) if record.get("answer") else ()


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError
    return tuple(str(value) for value in values)


class _Contradiction(ValueError):
    """Off topic, and yet something is expected."""


class _Unknown(ValueError):
    """Keys that a set does not have."""


def _fault(error: Exception) -> str:
    if isinstance(error, _Contradiction):
        return _("off topic means that no answer and no document is expected.")
    if isinstance(error, _Unknown):
        return _("a set does not have %(names)s.") % {"names": error}
    return _("it needs a “question”, and may have “answers” and “before” (lists in JSON), “document” and “group”.")


def case_line(case: Case) -> str:
    """A case as a line that `cases_parse` reads."""
    record = {"question": case.question, "answers": case.answers, "document": case.document or None}
    more = {"group": case.group, "before": case.before, "passage": case.passage}
    return json.dumps(record | {name: value for name, value in more.items() if value}, ensure_ascii=False)
