"""Reading what stands in an address or was typed."""

from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.core.errors import BadInput


def text(values: QueryDict, name: str, *, longest: int) -> str:
    """One line, trimmed and cut; without the control characters that no database column takes."""
    raw = values.get(name) or ""
    return "".join(character for character in raw if character.isprintable()).strip()[:longest]


def page_number(values: QueryDict) -> int:
    """`page`, which counts from 1; the first one where it makes no sense."""
    asked = values.get("page", "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def day(values: QueryDict, name: str) -> str:
    """An ISO day, "" for anything else."""
    asked = text(values, name, longest=10)
    try:
        return date.fromisoformat(asked).isoformat()
    except ValueError:
        return ""


def chosen_id(value: str) -> UUID:
    """Of what stands in a list to choose from. Raises BadInput where nothing was chosen."""
    try:
        return UUID(value)
    except ValueError as error:
        raise BadInput(_("Choose one.")) from error
