"""The columns of a table as the page of its preview offers them: each with what it is for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import BadInput
from apps.knowledge.services import Columns, Table

LONGEST = 200  # characters of a column's name
ROLES = {
    "question": gettext_lazy("Question"),
    "answer": gettext_lazy("Answer"),
    "ignored": gettext_lazy("Ignored"),
}


@dataclass(frozen=True)
class ShownSheet:
    """(name, role, whether it is chosen here) of each column: what one is for is chosen at the first sheet that has
    it. Of the first rows the beginning of each cell with its column's role.
    """

    name: str
    columns: list[tuple[str, str, bool]]
    rows: list[list[tuple[str, str]]]

    @property
    def roles(self) -> dict[str, Any]:
        """What may be chosen. Beside questions and answers nothing else of a sheet is imported."""
        return {"": _("Kept") if self.plain else _("Not needed"), **ROLES}

    @property
    def plain(self) -> bool:
        """Whether each row is a sentence."""
        return not {"question", "answer"} <= {role for _name, role, _here in self.columns}


@dataclass(frozen=True)
class Shown:
    """A table, sheet by sheet."""

    sheets: list[ShownSheet]


def columns_shown(table: Table, ignored: Collection[str]) -> Shown:
    """What each is for now: as it was asked, or as the table's reader found out by the usual names."""
    sheets: list[ShownSheet] = []
    known: set[str] = set()
    for sheet in table.sheets:
        roles = [_role(table, name, ignored) for name in sheet.headers]
        columns = [(name, role, name not in known) for name, role in zip(sheet.headers, roles, strict=True)]
        sheets.append(ShownSheet(sheet.name, columns, [list(zip(row, roles, strict=True)) for row in sheet.rows]))
        known.update(sheet.headers)
    return Shown(sheets)


def _role(table: Table, name: str, ignored: Collection[str]) -> str:
    if name in ignored:
        return "ignored"
    return {table.answer: "answer", table.question: "question"}.get(name, "")


def columns_asked(values: QueryDict) -> Columns | None:
    """Of the pairs of a `column` and its `role`; None where there are none. Raises BadInput for two alike."""
    if "role" not in values:
        return None
    names: dict[str, list[str]] = {role: [] for role in ("", *ROLES)}
    for name, role in zip(values.getlist("column"), values.getlist("role"), strict=False):
        if role in names:
            names[role].append(name[:LONGEST])
    questions, answers = names["question"], names["answer"]
    if len(questions) > 1 or len(answers) > 1 or len(questions) != len(answers):
        raise BadInput(_("Choose one column for the questions and another for the answers, or neither."))
    return Columns("".join(questions), "".join(answers), tuple(names["ignored"]), rows=not questions)
