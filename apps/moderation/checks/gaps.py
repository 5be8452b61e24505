"""What may stand between the letters of one word, and between the words of a phrase."""

import re

_LIGHT = "_*`"  # any number of these hides nothing: Markdown shows none of them
# Of these one may stand anywhere in a Latin word; any other only where all its letters are apart. No em dash is
# among them: it parts clauses.
_JOINS = "-‐‒–−_*`~"
_POINTS = ".·‧∙⋅・•"
_BARS = "—/\\|+="  # only between all letters or characters of a word
_STOPS = ",:;"  # only between all Latin letters of a word
_BLANKS = " \t"
SIGNS = (
    _JOINS + _POINTS + _BARS + _STOPS + _BLANKS + "\r\n"
)  # all of them; other white space is none in normal form
GAP = re.compile(rf"[{re.escape(SIGNS)}]+")
LONGEST = 16  # characters of a gap: nobody reads a word over more, and a stream of blanks is not held back
# One blank to the reader, also with a line break in it.
_ONE_BLANK = re.compile(rf"[{_LIGHT}]*+[{_BLANKS}]*+(?:\r\n?|\n)?[{_BLANKS}]*+[{_LIGHT}]*+")
# Signs beside blanks part words: “. ”, “ - ”.
_WITHIN_CHINESE = re.compile(
    rf"[{re.escape(_JOINS + _POINTS + _BARS)}]+|[{_BLANKS}]+|[{_BLANKS}]*+(?:\r\n?|\n)[{_BLANKS}]*+"
)
_BETWEEN_WORDS = re.compile(rf"[{_LIGHT}]*+\s++[{_LIGHT}]*+|[{re.escape(_JOINS)}]+|[{re.escape(_POINTS)}]")
_BETWEEN_BEGINS = re.compile(rf"[{_LIGHT}]*+\s*+[{_LIGHT}]*+|[{re.escape(_JOINS)}]+|[{re.escape(_POINTS)}]")
PARTICLES = frozenset("吗吧嘛啊呀啦呗了")  # with one of these a clause ends


def is_letter(character: str) -> bool:
    """Letters and digits of scripts that put spaces between words; Chinese characters are no such thing."""
    return character.isalnum() and character < "\u2e80"


def _is_light(gap: str) -> bool:
    return not gap.strip(_LIGHT)


def may_part_words(gap: str, *, is_whole: bool = True) -> bool:
    """Whether `gap` may stand for the blank of a phrase; or, where not `is_whole`, begin what may."""
    pattern = _BETWEEN_WORDS if is_whole else _BETWEEN_BEGINS
    return len(gap) <= LONGEST and pattern.fullmatch(gap) is not None


def may_part_letters(left: str, gap: str, right: str) -> bool:
    """Whether they may belong to one word: 19-84 are two numbers, and between scripts nothing stands."""
    if not gap:
        return True
    if not right.isalnum() or is_letter(left) != is_letter(right) or (left.isdigit() and right.isdigit()):
        return False
    return may_follow(left, gap)


def may_follow(left: str, gap: str) -> bool:
    """The same while it is not known what comes behind the gap."""
    if not left.isalnum() or len(gap) > LONGEST:
        return False
    if is_letter(left):
        return _ONE_BLANK.fullmatch(gap) is not None or (len(gap) == 1 and not gap.isspace())
    return _WITHIN_CHINESE.fullmatch(gap) is not None


def is_word(gaps: list[str]) -> bool:
    """Whether letters with these gaps are one word.

    A blank is nothing unusual between words, so it, and a point, count only where each letter has a gap behind it.
    """
    return all(gaps) or all(_is_light(gap) or gap in _JOINS for gap in gaps)


def is_spelled(gaps: list[str]) -> bool:
    return bool(gaps) and all(gaps)


def is_one_clause(text: str, end: int, gaps: list[str]) -> bool:
    """Whether a Chinese word with these gaps, which ends at `end`, is no meeting of two clauses or sentences.

    Within a word they stand between all of its characters (three or more), or it is one blank, or one line break
    with two characters or more on either side, and the clause ends with the word, or with one particle behind it.
    """
    heavy = [gap for gap in gaps if not _is_light(gap)]
    breaks = [at for at, gap in enumerate(gaps, 1) if "\n" in gap or "\r" in gap]
    if not heavy or (len(gaps) > 1 and all(gaps) and not breaks):
        return True
    if breaks and (len(heavy) > 1 or not 1 < breaks[0] < len(gaps)):
        return False
    if not breaks and any(gap != " " for gap in heavy):
        return False
    return _ends_clause(text, end) or (text[end] in PARTICLES and _ends_clause(text, end + 1))


def _ends_clause(text: str, end: int) -> bool:
    behind = text[end : end + 1]
    return not behind.isalnum() or is_letter(behind)
