"""Stems of English words, by Porter's second algorithm."""

from functools import lru_cache

import snowballstemmer


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Of a word in lower case. With a stemmer of its own: one that two threads share mixes their words."""
    stemmed: str = snowballstemmer.stemmer("english").stemWord(word)
    return stemmed
