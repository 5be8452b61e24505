"""What a Chinese sentence's clauses begin with, and what it says that its passage's first leaves out.

A clause tends to begin with what it is about (种子宽卵形，在西班牙). The first sentence holds the name that
most questions to the passage hold too, so what is left of a question tells its other sentences apart.
"""

import re
from collections.abc import Sequence

NAMES = (
    "opens",
    "clause_opens",
    "clauses_open",
    "rest_pairs",
    "rest_characters",
    "rest_length",
    "rest_in_first",
    "dates_asked",
    "dates_held",
    "dates_other",
    "colon",
    "characters",
)
_CLAUSE = re.compile(r"[，,。；;：:、！？!?\s（）()]+")
_DATE = re.compile(r"\d+年(?:\d+月)?(?:\d+日)?|\d+月\d+日|\d+世纪")


def opening_features(question: str, content: str, sentences: Sequence[str]) -> list[list[float]]:
    """A row of `NAMES` a sentence of one passage. `content`: the question without what only asks, in one piece."""
    rest = _rest(content, sentences[0].lower()) if sentences else ""
    pairs = {rest[i : i + 2] for i in range(len(rest) - 1) if " " not in rest[i : i + 2]}
    characters = set(rest) - {" "}
    dates = _DATE.findall(question)
    rows: list[list[float]] = []
    for place, sentence in enumerate(sentences):
        lower = sentence.lower()
        opened = [_opened(content, clause) for clause in _CLAUSE.split(lower) if clause]
        paired = sum(pair in lower for pair in pairs) / (len(pairs) or 1)
        same = any(date in sentence for date in dates)
        rows.append(
            [
                opened[0] / 4 if opened else 0.0,
                max(opened, default=0) / 4,
                sum(length > 1 for length in opened) / 3,
                paired,
                sum(character in lower for character in characters) / (len(characters) or 1),
                len(characters) / 10,
                paired if place == 0 else 0.0,
                float(bool(dates)),
                float(same),
                float(bool(dates) and not same and bool(_DATE.search(sentence))),
                float("：" in sentence or ":" in sentence),
                len(sentence) / 100,
            ]
        )
    return rows


def _rest(content: str, first: str) -> str:
    """`content` with a blank for each piece of two or more characters that `first` holds."""
    rest, start = "", 0
    while start < len(content):
        length = 0
        while start + length < len(content) and content[start : start + length + 1] in first:
            length += 1
        rest += " " if length > 1 else content[start]
        start += max(length, 1)
    return rest


def _opened(content: str, clause: str) -> int:
    """Length of the longest piece of `content` that the clause begins with."""
    length = 0
    while length < len(clause) and clause[: length + 1] in content:
        length += 1
    return length
