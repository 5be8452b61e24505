"""The columns of a table as the page of its preview offers them: each with what it is for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.knowledge.services import Columns, Sheet, Table

LONGEST = 200  # characters of a column's name
ROLES = {
    "question": gettext_lazy("Question"),
    "answer": gettext_lazy("Answer"),
    "ignored": gettext_lazy("Ignored"),
}


@dataclass(frozen=True)
class ShownSheet:
    """(name, role, whether it is chosen here) of each column: what one is for is chosen at the first sheet where it
    holds questions or answers, else at the first that has it. Of the first rows the beginning of each cell with its
    column's role. `plain`: each row is a sentence.
    """

    name: str
    columns: list[tuple[str, str, bool]]
    rows: list[list[tuple[str, str]]]
    plain: bool

    @property
    def roles(self) -> dict[str, Any]:
        """What may be chosen. Beside questions and answers nothing else of a sheet is imported."""
        return {"": _("Kept") if self.plain else _("Not needed"), **ROLES}


@dataclass(frozen=True)
class Shown:
    """A table, sheet by sheet."""

    sheets: list[ShownSheet]


def columns_shown(table: Table, ignored: Collection[str]) -> Shown:
    """What each is for now: as it was asked, or as the table's reader found out by the usual names."""
    last_first = list(enumerate(table.sheets))[::-1]
    chosen_at = {name: number for number, sheet in last_first for name in sheet.headers}
    chosen_at |= {name: number for number, sheet in last_first for name in (sheet.question, sheet.answer)}
    left_out = {name.lower() for name in ignored}
    sheets: list[ShownSheet] = []
    for number, sheet in enumerate(table.sheets):
        roles = [_role(sheet, name, left_out) for name in sheet.headers]
        columns = [(name, role, chosen_at[name] == number) for name, role in zip(sheet.headers, roles, strict=True)]
        rows = [list(zip(row, roles, strict=True)) for row in sheet.rows]
        sheets.append(ShownSheet(sheet.name, columns, rows, plain=not sheet.question))
    return Shown(sheets)


def _role(sheet: Sheet, name: str, left_out: Collection[str]) -> str:
    if name.lower() in left_out:
        return "ignored"
    return {sheet.answer: "answer", sheet.question: "question"}.get(name, "")


def columns_asked(values: QueryDict) -> Columns | None:
    """Of each `column` its `role`, and the one that it was `found` in; None where there are none.

    Sheets may have pairs of different names, and no one name stands for all: left as found, the usual names do.
    Otherwise raises BadInput for two alike.
    """
    if "role" not in values:
        return None
    names = _named(values, "role")
    questions, answers = names["question"], names["answer"]
    if len(questions) > 1 or len(answers) > 1:
        found = _named(values, "found")
        if (questions, answers) == (found["question"], found["answer"]):
            return Columns(ignored=tuple(names["ignored"]))
    if len(questions) > 1 or len(questions) != len(answers):
        raise BadInput(_("Choose one column for the questions and another for the answers, or neither."))
    return Columns("".join(questions), "".join(answers), tuple(names["ignored"]), rows=not questions)


def _named(values: QueryDict, field: str) -> dict[str, list[str]]:
    """The columns by their roles, as `field` says them."""
    names: dict[str, list[str]] = {role: [] for role in ("", *ROLES)}
    for name, role in zip(values.getlist("column"), values.getlist(field), strict=False):
        if role in names:
            names[role].append(name[:LONGEST])
    return names
