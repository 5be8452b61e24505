"""Personal data: Chinese mobile numbers, identity numbers with their checksum, bank cards with theirs, e-mail."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from ..normal import normalise
from .base import Hit

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])"
)
# Possessive, and the separator is not optional: else a long number could be divided in 2^n ways.
_DIGITS = re.compile(r"(?<![a-z\d])\d++(?:[ -]\d++)*+")
_GROUP = re.compile(r"\d+")
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_CARD_DIGITS = range(14, 20)

# The end of a stream that may grow into one of the above. An e-mail address has at most 254 characters (RFC 5321);
# a number with its separators fewer. Whatever is longer is neither, and need not be held back.
_OPEN = re.compile(r"(?:[a-z0-9._%+@-]+|\+?\d[\d -]*)\Z")
_LONGEST = 330


def identity_valid(number: str) -> bool:
    """The check digit of GB 11643: ISO 7064 MOD 11-2 over the first 17 digits."""
    weights = [2 ** (17 - index) % 11 for index in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return "10x98765432"[total % 11] == number[17]


def luhn_valid(number: str) -> bool:
    digits = [int(digit) for digit in number[::-1]]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total % 10 == 0


def compact(text: str) -> str:
    """A number without the separators that people write into it, an address as it is."""
    return text if "@" in text else re.sub(r"[ +-]", "", text)


def _spans(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (match.span() for match in pattern.finditer(text))


def _identities(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _IDENTITY.finditer(text) if identity_valid(match[0]))


def _cards(text: str) -> Iterator[tuple[int, int]]:
    """Any neighbouring groups of digits that together are a card number, so that "2 4111 1111 …" hides none."""
    for run in _DIGITS.finditer(text):
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        for first, group in enumerate(groups):
            number = ""
            for last in groups[first:]:
                number += last[0]
                whole = not text[last.end() : last.end() + 1].isalpha()
                if whole and len(number) in _CARD_DIGITS and number[0] in "23456" and luhn_valid(number):
                    yield group.start(), last.end()
                if len(number) >= _CARD_DIGITS.stop:
                    break


_KINDS: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "email": _spans(_EMAIL),
    "identity": _identities,
    "card": _cards,
    "mobile": _spans(_MOBILE),
}


class PersonalCheck:
    name: ClassVar[str] = "personal"
    rules: ClassVar[tuple[str, ...]] = tuple(_KINDS)
    stages: ClassVar[tuple[str, ...]] = ("input", "output")

    def find(self, text: str) -> list[Hit]:
        return [Hit(kind, *span) for kind, spans in _KINDS.items() for span in spans(text)]

    def open_from(self, text: str) -> int:
        match = _OPEN.search(text, max(0, len(text) - _LONGEST))
        return match.start() if match else len(text)


def published(texts: Iterable[str]) -> frozenset[str]:
    """The personal data that these texts show themselves, for a window's `allow`: a shop's hotline is no leak."""
    check = PersonalCheck()
    normal = [normalise(text).text for text in texts]
    return frozenset(compact(text[hit.start : hit.end]) for text in normal for hit in check.find(text))
