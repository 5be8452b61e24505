"""Sentences that a job stored in English, shown in the reader's language."""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation

_PLACE = re.compile(r"%\((\w+)\)[sd]")


class Sentences:
    """The translatable sentences (lazy, with `%(name)s` places) that may have been stored; specific ones first.

    `otherwise` shows what is none of them.
    """

    def __init__(self, templates: Iterable[Any], otherwise: Callable[[str], str] = str) -> None:
        self._templates = list(templates)
        self._otherwise = otherwise

    def shown(self, stored: str) -> str:
        """`stored` in the present language, what stands in its places included."""
        for template, pattern in self._patterns:
            if found := pattern.fullmatch(stored):
                return str(template) % {name: self._value(value) for name, value in found.groupdict().items()}
        return self._otherwise(stored)

    def _value(self, text: str) -> str | int:
        return int(text) if text.isdecimal() else self.shown(text)

    @functools.cached_property
    def _patterns(self) -> list[tuple[Any, "re.Pattern[str]"]]:
        with translation.override("en"):
            return [(template, _pattern(str(template))) for template in self._templates]


def stored(template: Any, **values: object) -> str:
    """A translatable sentence as a row keeps it."""
    with translation.override("en"):
        return str(template) % values


def _pattern(template: str) -> "re.Pattern[str]":
    parts = _PLACE.split(template)  # text, name, text, name, …, text
    fixed = [re.escape(part).replace("%%", "%") for part in parts[::2]]
    places = [f"(?P<{name}>.+?)" for name in parts[1::2]]
    return re.compile("".join(a + b for a, b in zip(fixed, [*places, ""], strict=True)), re.DOTALL)
