"""Words that are spelled out, “b a d”, and what stands beside them: part of a longer word, or a word of its own."""

from .gaps import LONGEST, PARTICLES, SIGNS, is_letter, is_spelled

NEIGHBOUR = 48  # characters at most of a word that is spelled out beside another one: so far a window looks
_NEAR = NEIGHBOUR + LONGEST
_LOOK_BACK = 5  # for the neighbours of all other words one would do
_ONE_LETTER_WORDS = "ai"


def goes_on_behind(text: str, end: int, gaps: list[str]) -> bool:
    """Whether the word with these gaps, which ends at `end`, is spelled out and looks like part of a longer one."""
    return is_spelled(gaps) and _goes_on(text, end - 1, 1, gaps)


def goes_on_before(text: str, start: int, gaps: list[str]) -> bool:
    """The same of a word that begins at `start`; “a” and “i” before it are words of their own."""
    if not is_spelled(gaps) or not _goes_on(text, start, -1, gaps):
        return False
    before = start - len(_beside(text, start, -1)) - 1
    is_own_word = text[start - 1].isspace() and text[before] in _ONE_LETTER_WORDS
    return not is_own_word or _goes_on(text, before, -1, gaps)


def open_ends(text: str) -> list[int]:
    """Where within `text` a term may have ended of which what follows decides.

    Before letters by themselves, which may be those of a longer word or of another one, and before a particle.
    """
    return [len(text) - 1] if _at(text, len(text) - 1) in PARTICLES else _spelled_run(text)[1:]


def look_back(text: str) -> int:
    """How much of the end of `text` is still to be seen when what follows it is judged: the neighbours of words."""
    run = _spelled_run(text)
    return max(_LOOK_BACK, len(text) - run[-1] + 2) if run else _LOOK_BACK


def _spelled_run(text: str) -> list[int]:
    """Where the spelled-out letters at the end of `text` end, the last one first: of “no b a d” 8, 6, 4, 2."""
    ends: list[int] = []
    at = len(text.rstrip(SIGNS))
    while at and len(text) - at <= _NEAR and is_letter(text[at - 1]):
        ends.append(at)
        if at == 1 or text[at - 2] not in SIGNS:
            break
        at -= 1 + len(_beside(text, at - 1, -1))
    return ends


def _goes_on(text: str, edge: int, step: int, gaps: list[str]) -> bool:
    """Whether behind a gap of the same kind stands another letter; behind a blank one that has no neighbour."""
    gap = _beside(text, edge, step)
    letter, next_one = (_at(text, edge + (len(gap) + further) * step) for further in (1, 2))
    if gap not in gaps or not (is_letter(text[edge]) and is_letter(letter)):
        return False
    return not any(map(str.isspace, gap)) or not is_letter(next_one)


def _beside(text: str, edge: int, step: int) -> str:
    """What stands beside the letter at `edge` and may be a gap; one character more than any gap has is enough."""
    at = edge + step
    while 0 <= at < len(text) and abs(at - edge) <= LONGEST + 1 and text[at] in SIGNS:
        at += step
    return text[edge + 1 : at] if step > 0 else text[at + 1 : edge]


def _at(text: str, index: int) -> str:
    return text[index] if 0 <= index < len(text) else ""
