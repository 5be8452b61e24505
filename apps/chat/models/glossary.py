"""What may stand in an assistant's glossary."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_TERMS = 500
LONGEST_TERM = 80


def glossary_check(value: Any) -> None:
    """Raises ValidationError for anything but a list of at most 500 pairs of short texts."""
    pairs = isinstance(value, list) and len(value) <= MOST_TERMS
    if not pairs or not all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_term, pair)) for pair in value
    ):
        raise ValidationError(_("A glossary has at most 500 pairs of terms, each of at most 80 characters."))


def _is_term(text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) == len(text) <= LONGEST_TERM
