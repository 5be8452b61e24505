"""Chinese as the packaged embedding model can read it: word by word in English, the rest as it stands.

快递三天没动了 becomes "express delivery three day not move". No translation, but near enough to what is meant that
sentences which say the same in other words come near each other (README.md).
"""

import gzip
import math
import re
from functools import cache, lru_cache
from pathlib import Path

from ...retrieval.simplified import simplified

PATH = Path(__file__).with_name("words.tsv.gz")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SIGNS = str.maketrans("，、。；：（）？！", ",,.;:()  ")
_NEVER = -1e9


def glossed(text: str) -> str:
    """`text` with English words in place of Chinese ones; empty where it says nothing in either."""
    plain = _HAN.sub(lambda run: _gloss(run.group()), simplified(text).translate(_SIGNS))
    return " ".join(plain.split())


@lru_cache(maxsize=20_000)
def _gloss(run: str) -> str:
    glosses = _words()[1]
    return " " + " ".join(glosses.get(word, "") for word in words_of(run)) + " "


def words_of(run: str) -> list[str]:
    """The likeliest words that make up a run of Chinese characters; a character that no word begins with alone."""
    chances, _, longest = _words()
    best, begins = [0.0] + [_NEVER] * len(run), [0] * (len(run) + 1)
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + longest) + 1):
            chance = chances.get(run[start:end], _NEVER / 1e6 if end == start + 1 else _NEVER)
            if best[start] + chance > best[end]:
                best[end], begins[end] = best[start] + chance, start
    words: list[str] = []
    end = len(run)
    while end:
        words.append(run[begins[end] : end])
        end = begins[end]
    return words[::-1]


@cache
def _words() -> tuple[dict[str, float], dict[str, str], int]:
    """Each word's log-probability and gloss, and the characters of the longest."""
    with gzip.open(PATH, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    total = math.log(sum(int(count) for _, count, _ in rows))
    chances = {word: math.log(int(count)) - total for word, count, _ in rows}
    return chances, {word: gloss for word, _, gloss in rows}, max(map(len, chances))
