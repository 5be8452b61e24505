"""Whether the best sentence of what was found speaks of another thing than the one that is asked for, however sure
the search is: of E21 who asks for E45, or of a price who wants money back.
"""

import re

from apps.core.codes import codes_held, codes_of, codes_with_parts
from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from .narrowing import best_of
from .prices import names_price

# A grade or standard says how good a thing is: who asks for another one than it has is told the one it has.
_GRADES = frozenset({"ip", "iso", "en", "din", "usb", "hdmi", "wpa"})
_LETTERS = re.compile(r"[a-z]+")
_WANTS_BACK = re.compile(
    r"\brefund(?:s|ed|able)?\b|\b(?:money|fees?) back\b|\breimburse\w*\b|退[费款钱]|[能可以]退[吗么不]", re.I
)
_GIVES_BACK = re.compile(
    r"\b(?:refund\w*|returns?|returned|returnable|cancel\w*|reimburse\w*|repa(?:y|id))\b|\bback\b|退|返还|取消|报销",
    re.I,
)


def is_of_another(question: str, found: Retrieval) -> bool:
    """Whether it names only codes like the one that is asked for, or a price and nothing of giving back."""
    best = best_of(found)
    if best is None:
        return False
    home = next(one for one in found.passages if best in one.sentences)
    said = f"{home.title}\n{home.heading}\n{best.text}"
    if codes := codes_with_parts(question):
        held = any(codes_held(codes, _all_of(one)) for one in found.passages)
        return not held and bool(_kinds(codes) & _kinds(codes_of(said)))
    return bool(_WANTS_BACK.search(question)) and names_price(best) and not _GIVES_BACK.search(said)


def _all_of(one: RankedPassage) -> str:
    return f"{one.title}\n{one.heading}\n{one.text}"


def _kinds(codes: frozenset[str]) -> frozenset[str]:
    """What codes begin with, which those of one kind have in common."""
    letters = (_LETTERS.match(code) for code in codes)
    return frozenset(found.group() for found in letters if found) - _GRADES
