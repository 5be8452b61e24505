"""Reading cases from a file: one JSON object a line, or a table with a heading row."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.errors import BadInput

from .cases import Case, Kind

MOST_CASES = 5000
LONGEST_QUESTION = 4000
_SHOWN = 5  # faults that are named at once, and lines of each
KINDS: tuple[Kind, ...] = get_args(Kind)
_COLUMNS = ("question", "answers", "answer", "document", "kind", "group", "before", "passage", "offtopic")
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
    faults: dict[str, list[int]] = defaultdict(list)
    for number, record in _table(text) if name.lower().endswith(".csv") else _lines(text):
        try:
            cases.append(_case(record))
        except _Fault as fault:
            faults[str(fault)].append(number)
    if faults:
        raise BadInput(_told(faults))
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
    """Raises _Fault, with what is wrong with it."""
    if not isinstance(record, dict):
        raise _Fault(_("this is no JSON object, such as {“question”: “…”}."))
    unknown = ", ".join(f"“{name}”" for name in sorted(set(record) - {*_COLUMNS}))
    question = _text(record.get("question"))
    if not question:
        raise _Fault(
            _("“question” is missing, and a set does not have %(names)s.") % {"names": unknown}
            if unknown
            else _("“question” is missing.")
        )
    if len(question) > LONGEST_QUESTION:
        raise _Fault(_("the question is longer than %(count)d characters.") % {"count": LONGEST_QUESTION})
    said = record.get("kind") or ("offtopic" if record.get("offtopic") else "")
    if said and said not in KINDS:
        known = ", ".join(KINDS)
        raise _Fault(_("“kind” is “%(kind)s”; it may be one of these: %(known)s.") % {"kind": said, "known": known})
    answers = _texts(record, "answers") or tuple(filter(None, [_text(record.get("answer"))]))
    case = Case(
        question,
        answers,
        document=_text(record.get("document")),
        group=_text(record.get("group")),
        before=_texts(record, "before"),
        passage=_passage(record.get("passage")),
        near=said == "near",
    )
    if said and said != case.kind:
        raise _Fault(
            _("an answerable question needs “answers” or a “document”.")
            if said == "answerable"
            else _("a question off topic or a near miss has neither “answers” nor a “document”.")
        )
    if unknown and not said and case.kind != "answerable":  # what is expected may stand under a misspelt key
        raise _Fault(_("a set does not have %(names)s.") % {"names": unknown})
    return case


def _texts(record: dict[str, Any], key: str) -> tuple[str, ...]:
    values = record.get(key) or []
    if not isinstance(values, list):
        raise _Fault(_("“%(key)s” must be a list, such as [“30 days”].") % {"key": key})
    return tuple(filter(None, map(_text, values)))


def _text(value: Any) -> str:
    """Without what no database stores."""
    return "" if value is None else str(value).replace("\x00", "").strip()


def _passage(value: Any) -> str:
    try:
        return str(UUID(str(value))) if value else ""
    except ValueError as error:
        raise _Fault(_("“passage” is no id of a passage.")) from error


class _Fault(Exception):
    """What is wrong with a line, for whoever wrote it."""


def _told(faults: dict[str, list[int]]) -> str:
    """Each cause once, with the lines that have it."""
    shown = []
    for fault, numbers in islice(faults.items(), _SHOWN):
        lines = ", ".join(map(str, numbers[:_SHOWN])) + (" …" if len(numbers) > _SHOWN else "")
        told = ngettext("Line %(lines)s: %(fault)s", "Lines %(lines)s: %(fault)s", len(numbers))
        shown.append(told % {"lines": lines, "fault": fault})
    return " ".join(shown)


def case_line(case: Case) -> str:
    """A case as a line that `cases_parse` reads; of what has an answer the kind is plain."""
    record = {
        "question": case.question,
        "kind": "" if case.kind == "answerable" else case.kind,
        "answers": case.answers,
        "document": case.document,
        "group": case.group,
        "before": case.before,
        "passage": case.passage,
    }
    return json.dumps({name: value for name, value in record.items() if value}, ensure_ascii=False)
