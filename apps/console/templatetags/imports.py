"""How the console writes what a file was read as."""

from typing import Any

from django import template

from apps.knowledge.selectors import drop_reason

register = template.Library()


@register.filter
def encoding(name: str) -> str:
    """As people write it; the mark at the beginning of a file is no encoding of its own."""
    return name.upper().replace("_", "-").removesuffix("-SIG")


@register.filter
def left_out(pair: Any) -> str:
    """Why a pair of a preview would not be imported."""
    return drop_reason(pair.code, pair.values)
