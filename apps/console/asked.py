"""Reading what stands in an address or was typed."""

from datetime import date

from django.http import QueryDict


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
