"""Which columns of a row a question asks for."""

import re
from itertools import chain

from apps.knowledge.services import question_tokens, tokenize

from .column_names import KIND, MEASURES, QUALIFYING, REASONS, WIDE, Cells, tells

_SENTENCE = re.compile(r"[.?!。？！…][”’\"'」』）)]*$")
_WHEN = re.compile(
    r"\bwhen(?:[’']s| (?:is|are|do|does|did|can|will|should))\b|\b(?:what|which) (?:time|days?|date)\b|"
    r"几点|什么时[候间]|何时|[哪几][天日号]|星期几|周几",
    re.I,
)
_TIMES = re.compile(
    r"\b(?:times?|hours(?! per)|dates?|days?|schedule|timetable|deadline|when|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?)\b|时间|时段|日期|钟点|周[一二三四五六日末]|星期",
    re.I,
)
_CLOCK = re.compile(r"\d[:：]\d\d|\d ?[ap]\.?m\b|\d点", re.I)
_WORDS = re.compile(r"\w{2,}")


def columns_asked(cells: Cells, *questions: str) -> Cells:
    """What the row is about, what the first of the questions that asks for a column asks for, and what qualifies
    that, in the row's order; all of it where none does, where what is asked for is empty, or for what says what is
    wrong, which is little use without its remedy.
    """
    asked = next(filter(None, (_asked(cells, question) for question in questions)), [])
    asked = [cell for cell in asked if tells(cell[1])]
    if not asked or any(REASONS.search(name) for name, _text in asked):
        return cells
    about = [cells[0], *(cell for cell in cells[1:2] if KIND.fullmatch(cell[0]))]
    qualifying = [
        (name, text)
        for name, text in cells
        if QUALIFYING.search(name) and not (len(cells) > WIDE and _SENTENCE.search(text))
    ]
    spoken_of = set(chain(*map(question_tokens, questions)))
    return [
        cell
        for cell in cells
        if cell in about or cell in asked or cell in qualifying or _is_spoken_of(cell[1], spoken_of)
    ]


def _is_spoken_of(text: str, words: set[str]) -> bool:
    """Whether the question has all of its words: from here to there, of two that tell which row is meant."""
    own = set(tokenize(text))
    return bool(own) and own <= words and not text.replace(".", "").isdecimal()


def _asked(cells: Cells, question: str) -> Cells:
    """By the words of a name, those that have most, and by what is measured. Words of the row's subject only say
    which row is meant: "Quiet" may be a programme.
    """
    subject = cells[0][1]
    for word in _WORDS.findall(subject):
        whole = rf"(?<![a-z0-9]){word}(?![a-z0-9])" if word.isascii() else word  # no "Pro" in "processor"
        question = re.sub(whole, " ", question, flags=re.I)
    words = set(question_tokens(question)).difference(tokenize(subject))
    held = [(cell, words.intersection(tokenize(cell[0]))) for cell in cells[1:]]
    named = [cell for cell, own in held if own and not any(own < other for _cell, other in held)]
    measures = [(called, says) for called, says, asked in MEASURES if asked.search(question)]
    measured = [
        cell
        for cell in cells[1:]
        if any(called.search(cell[0]) or (says and says.search(cell[1])) for called, says in measures)
    ]
    times = _times(cells, question)
    if times and not measured:  # "class" asks for no "Largest class" where the class's own times are asked for
        named = [cell for cell in named if cell in times or words.issuperset(tokenize(cell[0]))]
        measured = times
    return [cell for cell in named if cell in measured] or [*named, *measured]


def _times(cells: Cells, question: str) -> Cells:
    """What says when, to who asks that."""
    if not _WHEN.search(question):
        return []
    return [cell for cell in cells[1:] if _TIMES.search(cell[0]) or _CLOCK.search(cell[1])]
