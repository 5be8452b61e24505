"""Which of our two languages a text is written in."""

import re
from typing import Literal

Language = Literal["zh", "en"]
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
# Part numbers, addresses, units and names in capitals are alike in all languages.
_SPOKEN_WORD = re.compile(r"(?<![\w@/.-])[A-Za-z]?[a-z]{2,}(?![\w@/-]|\.\w|://)")
_UNITS = frozenset(["mm", "cm", "km", "mg", "kg", "ml", "lm", "px", "ms", "pcs"])
_ENOUGH, _SURE = 2, 4


def detect_language(text: str) -> Language:
    """Chinese when the Han characters weigh at least half as much as the Latin words, else English.

    A Chinese question often names English products ("E1 台灯怎么连 Wi-Fi"), so words are compared, not letters.
    """
    weight = weights(text)
    return "zh" if weight["zh"] and weight["zh"] >= weight["en"] else "en"


def weights(text: str) -> dict[Language, int]:
    """How much of each language stands in a text, in words: two to a Han character."""
    return {"zh": 2 * len(_HAN.findall(text)), "en": len(_LATIN_WORD.findall(text))}


def language_told(text: str) -> Language | None:
    """None where nothing but codes, numbers and a few names stand, which may belong to either: two words are enough
    where one is no name, which begins with a capital.
    """
    words = spoken_words(text)
    if _HAN.search(text) or len(words) >= _SURE or (len(words) >= _ENOUGH and any(map(str.islower, words))):
        return detect_language(text)
    return None


def spoken_words(text: str) -> set[str]:
    """The Latin words that tell a language, and names."""
    return set(_SPOKEN_WORD.findall(text)) - _UNITS
