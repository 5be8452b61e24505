"""Cleaning of question-answer pairs: what no answer should be made of, and what is there twice."""

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .blocks import Block

LONGEST_QUESTION, LONGEST_ANSWER = 500, 4_000  # characters
_ASKS_NOTHING = re.compile(r".?|[a-z]{2}")  # "Hi"; but 退款 and 5G ask something
_SAYS_NOTHING = re.compile(r"[a-z]?")  # "x"; but 是 and 5 are answers
SIMILAR = 0.9  # shared shingles of two pairs that say the same
_SHINGLE = 4  # characters
_WORDLESS = re.compile(r"[\W_]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
# UTF-8 read as Latin-1 or Windows-1252, and UTF-8 read as GBK ("锟斤拷" is U+FFFD read twice over).
_MOJIBAKE = re.compile(
    r"\ufffd|锟斤|烫烫烫|屯屯屯|[ÃÂ][\x80-\xbf]|â€|[åæçèé][\x80-\xbf‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,2}"
)


@dataclass(frozen=True)
class Dropped:
    """A pair that is left out, and why: `code` is a key of `reasons.DROPPED`."""

    row: int
    question: str
    answer: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)


def pair_digest(question: str, answer: str) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(f"{question}\n{answer}".encode()).hexdigest()


def clean_pairs(blocks: list[Block]) -> tuple[list[Block], list[Dropped]]:
    """The blocks without the pairs to leave out, and those; of pairs that say the same the first stays."""
    dropped: dict[int, tuple[str, dict[str, Any]]] = {}
    pairs = {place: block for place, block in enumerate(blocks) if block.kind == "pair"}
    for place, block in pairs.items():
        if fault := _fault(block):
            dropped[place] = fault
    kept = {place: block for place, block in pairs.items() if place not in dropped}
    for code, find in (("same", _same), ("similar", _similar)):
        for place, first in find({place: b for place, b in kept.items() if place not in dropped}):
            dropped[place] = code, {"row": pairs[first].row}
    left = [block for place, block in enumerate(blocks) if place not in dropped]
    out = [(pairs[place], *fault) for place, fault in sorted(dropped.items())]
    return left, [Dropped(pair.row, pair.question, pair.text, code, values) for pair, code, values in out]


def _fault(pair: Block) -> tuple[str, dict[str, Any]] | None:  # noqa: PLR0911  a list of rules
    question, answer = pair.question, pair.text
    if not question or not answer:
        return "incomplete", {}
    if _MOJIBAKE.search(question) or _MOJIBAKE.search(answer):
        return "mojibake", {}
    if not _LINK.sub("", answer).strip() or not _LINK.sub("", question).strip():
        return "link", {}
    for text, limit in ((question, LONGEST_QUESTION), (answer, LONGEST_ANSWER)):
        if len(text) > limit:
            return "long", {"limit": limit}
        letters = len(_WORDLESS.sub("", text))
        if not letters or letters * 2 < len("".join(text.split())):
            return "noise", {}
    if _ASKS_NOTHING.fullmatch(_normal(question)) or _SAYS_NOTHING.fullmatch(_normal(answer)):
        return "short", {}
    return None


def _normal(text: str) -> str:
    """What two writings of the same text have in common: no case, width, punctuation or blanks."""
    return _WORDLESS.sub("", unicodedata.normalize("NFKC", text).lower())


def _same(pairs: dict[int, Block]) -> Iterator[tuple[int, int]]:
    """(place, place of the first one that is the same)."""
    seen: dict[tuple[str, str], int] = {}
    for place, pair in pairs.items():
        first = seen.setdefault((_normal(pair.question), _normal(pair.text)), place)
        if first != place:
            yield place, first


def _similar(pairs: dict[int, Block]) -> Iterator[tuple[int, int]]:
    """(place, place of an earlier one that shares nearly all its shingles).

    Prefix filtering: two sets with a Jaccard index of at least SIMILAR share one of their rarest shingles, so only
    pairs that do are compared. Numbers must be equal: "within 30 days" and "within 45 days" are two answers.
    """
    shingled = {place: _shingles(pair) for place, pair in pairs.items()}
    frequency = Counter(shingle for shingles in shingled.values() for shingle in shingles)
    holders: dict[str, list[int]] = {}
    for place, shingles in shingled.items():
        rarest = sorted(shingles, key=lambda shingle: (frequency[shingle], shingle))
        prefix = rarest[: len(rarest) - math.ceil(SIMILAR * len(rarest)) + 1]
        candidates = dict.fromkeys(other for shingle in prefix for other in holders.get(shingle, ()))
        for other in candidates:
            if _alike(shingles, shingled[other]) and _numbers(pairs[place]) == _numbers(pairs[other]):
                yield place, other
                break
        else:
            for shingle in prefix:
                holders.setdefault(shingle, []).append(place)


def _shingles(pair: Block) -> frozenset[str]:
    text = f"{_normal(pair.question)} {_normal(pair.text)}"
    return frozenset(text[start : start + _SHINGLE] for start in range(max(1, len(text) - _SHINGLE + 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= SIMILAR * (len(one) + len(other) - shared)


def _numbers(pair: Block) -> list[str]:
    return re.findall(r"\d+", f"{pair.question} {pair.text}")
