"""Reading a text that somebody typed."""

from django.http import QueryDict


def text(values: QueryDict, name: str, *, longest: int) -> str:
    """One line, trimmed and cut; without the control characters that no database column takes."""
    raw = values.get(name) or ""
    return "".join(character for character in raw if character.isprintable()).strip()[:longest]
