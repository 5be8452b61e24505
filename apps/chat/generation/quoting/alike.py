"""Whether two sentences say the same in nearly the same letters, so that an answer must not quote both."""

import re
from collections import Counter
from difflib import SequenceMatcher

from ...evaluation.cases import loosely

ALIKE = 0.9  # of the letters, in the same order
# What turns a statement round or into another one, however few letters it has.
_TURNS = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:not|no|never|without|except|only|before|after|cannot|\w+n['’]t)\b|[不没无未非否前后]"
)


def says_again(sentence: str, said: str) -> bool:
    """Whether `sentence` only says again what stands in `said`."""
    one, other = loosely(sentence), loosely(said)
    here, there = turns(sentence), turns(said)
    if one in other and here <= there:
        return True
    if here != there:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def turns(text: str) -> Counter[str]:
    """The numbers and denials in it, for which a text that is nearly the same says something else."""
    return Counter(_TURNS.findall(text.casefold()))
