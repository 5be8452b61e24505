"""Word lists as text: `list: term, term, …` on each line, # for comments."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

CATEGORIES = ("slur", "abuse", "self_harm", "other")
COMMAS = ",，、"
_COMMA, _COLON = re.compile(f"[{COMMAS}]"), re.compile("[:：]")
_TOLD = 5  # lines of which it is said what is wrong


def words_read(text: str, category: str = "") -> list[tuple[str, str]]:
    """(term, list) of all lines; one that names no list belongs to `category`.

    Raises BadInput, with the numbers of the lines, where that is "" or no list has the name.
    """
    found, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        head, *rest = _COLON.split(line, maxsplit=1)
        named = head.strip().lower()
        named, terms = (named, rest[0]) if rest and named in CATEGORIES else (category, line)
        if not named:
            wrong.append(number)
        found += [(term.strip(), named) for term in _COMMA.split(terms) if term.strip()]
    if wrong:
        told = {"lines": ", ".join(map(str, wrong[:_TOLD])) + (" …" if len(wrong) > _TOLD else "")}
        message = _("These lines do not begin with the name of a list, such as “abuse:”: %(lines)s.")
        raise BadInput(message % told)
    return found


def words_written(words: Iterable[tuple[str, str]]) -> str:
    """One a line, so that two files are easily compared; `words_read` reads it."""
    return "".join(f"{category}: {term}\n" for term, category in words)
