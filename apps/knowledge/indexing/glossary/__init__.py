"""Chinese as the packaged embedding model can read it: word by word in English, the rest as it stands.

快递三天没动了 becomes "express delivery three day not move". No translation, but near enough to what is meant that
sentences which say the same in other words come near each other (README.md).
"""

import re
from functools import cache, lru_cache

import numpy as np

from ...retrieval.simplified import simplified
from .words import PATH, Words

_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENGLISH = re.compile(r"(?<!\w)[a-z]+(?!\w)")
_SIGNS = str.maketrans("，、。；：（）？！", ",,.;:()  ")
_NEVER, _UNKNOWN = -1e9, -1e3  # chances of what is no word, and of a character that is none alone


def glossed(text: str) -> str:
    """`text` with English words in place of Chinese ones; empty where it says nothing in either."""
    plain = _HAN.sub(lambda run: _gloss(run.group()), simplified(text).translate(_SIGNS))
    return " ".join(plain.split())


def words_of(run: str) -> list[str]:
    """The likeliest words that make up a run of Chinese characters; a character that no word begins with alone."""
    return [run[start:end] for start, end, _place in _parts(run)]


@cache
def english_words() -> frozenset[str]:
    """All that stand in the glosses in small letters. Names of people and places are in capitals, or not there."""
    words = _words()
    return frozenset(word for place in range(len(words.begins)) for word in _ENGLISH.findall(words.gloss(place)))


@lru_cache(maxsize=2_000)
def _gloss(run: str) -> str:
    words = _words()
    return " " + " ".join(words.gloss(place) for _start, _end, place in _parts(run)) + " "


def _parts(run: str) -> list[tuple[int, int, int]]:
    """(begin, end, place in the glossary or -1) of each word."""
    words = _words()
    places = words.places(run)
    chances = np.where(places < 0, _NEVER, words.chances[places])
    chances[:, 0] = np.maximum(chances[:, 0], _UNKNOWN)
    best, begins = [0.0] + [_NEVER] * len(run), [0] * (len(run) + 1)
    for start, own in enumerate(chances.tolist()):
        for end, chance in enumerate(own[: len(run) - start], start + 1):
            if best[start] + chance > best[end]:
                best[end], begins[end] = best[start] + chance, start
    parts: list[tuple[int, int, int]] = []
    end = len(run)
    while end:
        start = begins[end]
        parts.append((start, end, int(places[start, end - start - 1])))
        end = start
    return parts[::-1]


@cache
def _words() -> Words:
    return Words.loaded(PATH)
