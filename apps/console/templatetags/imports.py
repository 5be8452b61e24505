"""How the console writes what a file was read as."""

from typing import Any

from django import template

from apps.knowledge.models import ImportItem
from apps.knowledge.selectors import drop_reason

from ..reading.knowledge_imports import FORESEEN, ImportPage

register = template.Library()
_TONES = {"new": "ready", "changed": "ready"}


@register.filter
def encoding(name: str) -> str:
    """As people write it; the mark at the beginning of a file is no encoding of its own."""
    return name.upper().replace("_", "-").removesuffix("-SIG")


@register.filter
def left_out(pair: Any) -> str:
    """Why a pair of a preview would not be imported."""
    return drop_reason(pair.code, pair.values)


@register.filter
def outcomes(item: ImportItem, page: ImportPage) -> list[tuple[str, str]]:
    """What an upload would make of one of its files: (state for its colour, words); of an archive's documents how
    many of each.
    """
    if page.foreseen is None:
        return []
    found = page.foreseen.outcomes[item.pk]
    single = sum(count for _what, count in found) == 1
    return [
        (_TONES.get(what, what), str(FORESEEN[what]) if single else f"{FORESEEN[what]} {count:,}")
        for what, count in found
    ]
