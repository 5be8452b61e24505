"""Cuts prose into sentences, Chinese and English, with exact offsets: what is quoted must stand in the document."""

import re
from bisect import bisect_left, bisect_right

Span = tuple[int, int]

_CLOSING = "”’\"'」』）)】》]〉"
_END = re.compile(rf"(?:[。！？…]+|[!?]+|\.+)(?P<closing>[{re.escape(_CLOSING)}]*)(?P<cite>(?:\[\d{{1,3}}\])*)")
_SHORTENED = """
mr mrs ms dr prof st sr jr gen col capt lt sgt rev hon gov sen rep pres vs etc e.g i.e eg ie cf al ca approx
no nos vol pp p fig figs eq sec ch art para inc ltd co corp dept est min max tel ext mt ft jan feb mar apr jun
jul aug sep sept oct nov dec mon tue wed thu fri sat sun a.m p.m am pm u.s u.k u.n e.u ph.d b.a m.a d.c
"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())
# After "a.m.", "U.S.", "etc." a sentence may well end: it does when one of these words follows.
_OPENERS = re.compile(
    r"(?:The|A|An|In|On|At|It|He|She|They|We|You|I|This|That|These|Those|If|When|After|However|But|For)\b"
)
_LAST_WORD = re.compile(r"[^\s(\[“\"']+$")
_OPEN, _CLOSE = "(（", ")）"
_LONGEST = 200  # characters of a bracket


def split_sentences(text: str) -> list[Span]:
    """(start, end) of each sentence in order; between them is only white space, and a line break ends one."""
    spans: list[Span] = []
    for line in re.finditer(r"[^\n\r\u2028\u2029]+", text):
        spans += _split_line(text, line.start(), line.end())
    return spans


def _split_line(text: str, begin: int, end: int) -> list[Span]:
    spans: list[Span] = []
    start = begin
    brackets = _bracketed(text, begin, end)
    for match in _END.finditer(text, begin, end):
        cut = match.end()
        if cut <= start or any(
            _inside(text, start, match.start(), cut, bracket) for bracket in _around(brackets, match.start())
        ):
            continue
        if _ends(text, start, match, end):
            _add(spans, text, start, cut)
            start = cut
    _add(spans, text, start, end)
    return spans


def _around(brackets: list[Span], mark: int) -> list[Span]:
    """Those of the brackets, which are in the order of their beginnings, that may hold the mark."""
    return brackets[bisect_left(brackets, (mark - _LONGEST, 0)) : bisect_right(brackets, (mark, 0))]


def _inside(text: str, start: int, mark: int, cut: int, bracket: Span) -> bool:
    """Whether the mark stands in a bracket that goes on, or in one that is only a part of the sentence."""
    low, high = bracket
    return low < mark < high and (cut <= high or bool(text[start:low].strip()))


def _bracketed(text: str, begin: int, end: int) -> list[Span]:
    """Round brackets that close again soon, by their beginnings: a full stop inside does not end the sentence."""
    found: list[Span] = []
    opened: list[int] = []
    for index in range(begin, end):
        if text[index] in _OPEN:
            opened.append(index)
        elif text[index] in _CLOSE and opened:
            low = opened.pop()
            if index - low <= _LONGEST:
                found.append((low, index))
    return sorted(found)


def _ends(text: str, start: int, match: re.Match[str], end: int) -> bool:
    mark, after = match.group()[0], text[match.end() : match.end() + 12]
    if mark in "。！？":
        return True
    if not after or match.end() >= end:
        return True
    if mark == "…":
        return len(match.group().rstrip(_CLOSING)) > 1 and not after[0].islower()
    if mark in "!?":
        # "Who's on First?" on the radio, Yahoo! as a name: the sentence goes on
        return (after[0].isspace() and not after.lstrip()[:1].islower()) or ord(after[0]) > 0x2E80
    return _full_stop_ends(text[start : match.start()], after, bool(match.group("cite")))


def _full_stop_ends(before: str, after: str, cited: bool) -> bool:  # noqa: PLR0911  a list of rules
    if ord(after[0]) > 0x2E80:  # Chinese goes on without a blank
        return not before[-1:].isdigit()
    if not after[0].isspace():
        return cited and after[0].isupper()
    following = after.lstrip()
    if not following or following[0].islower() or following[0] in ",;:":
        return not following
    word = match.group().lower().rstrip(".") if (match := _LAST_WORD.search(before)) else ""
    if word.isdigit() and not before.strip().removesuffix(word):  # "1." opens a list item
        return False
    if len(word) == 1 and word.isalpha() and before[-1:].isupper():  # an initial
        return False
    if word in _ABBREVIATIONS:
        return ("." in word or word in {"etc", "am", "pm", "inc", "ltd", "co"}) and bool(_OPENERS.match(following))
    return True


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if kept := piece.strip():
        spans.append((start + left, start + left + len(kept)))
