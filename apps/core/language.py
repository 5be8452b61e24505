"""Which of our two languages a text is written in."""

import re
from typing import Literal

Language = Literal["zh", "en"]
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


def detect_language(text: str) -> Language:
    """Chinese when the Han characters weigh at least half as much as the Latin words, else English.

    A Chinese question often names English products ("E1 台灯怎么连 Wi-Fi"), so words are compared, not letters.
    """
    han = len(_HAN.findall(text))
    return "zh" if han and han * 2 >= len(_LATIN_WORD.findall(text)) else "en"
