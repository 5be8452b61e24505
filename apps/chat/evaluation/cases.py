"""Questions with known answers, and whether an answer holds one of them."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import BadInput


@dataclass(frozen=True)
class Case:
    """`answers` are the accepted wordings; none means that the documents do not answer the question.

    `document` is the file name in which the answer stands, or empty when nobody noted it.
    """

    question: str
    answers: tuple[str, ...]
    document: str = ""


def cases_read(path: Path) -> list[Case]:
    """One JSON object a line. Raises BadInput with the line's number."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(_("The file %(name)s cannot be read.") % {"name": path}) from error
    return [_case(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _case(line: str, number: int) -> Case:
    try:
        data: dict[str, Any] = json.loads(line)
        return Case(str(data["question"]), tuple(map(str, data["answers"])), str(data.get("document") or ""))
    except (ValueError, KeyError, TypeError) as error:
        message = _("Line %(number)d is not {“question”, “answers”, “document”}.") % {"number": number}
        raise BadInput(message) from error


def loosely(text: str) -> str:
    """Without case, width, spaces and punctuation, which say nothing about correctness; % is kept."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign == "%" or unicodedata.category(sign)[0] not in "ZPC")


def holds_one(text: str, answers: Iterable[str]) -> bool:
    """Whether `text` contains an accepted wording."""
    loose = loosely(text)
    return any(wanted in loose for answer in answers if (wanted := loosely(answer)))
