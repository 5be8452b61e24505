"""Text helpers shared by the data sources: sentences, terms for ranking, PTB detokenisation."""

import re
from functools import lru_cache

import snowballstemmer

from model_runtime.training.examples.prompt import Language

_STEMMER = snowballstemmer.stemmer("english")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_CJK = re.compile(r"[\u3400-\u9fff]")
_CJK_RUN = re.compile(r"[\u3400-\u9fff]+")
_ZH_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”」』）)》]*|[^。！？!?]+$")
_EN_BREAK = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')]))\s+(?=[\"'(]?[A-Z0-9])")
_STOP = """
a an the of in on at to for from by with and or is are was were be been being do does did has have had it
its this that these those as what which who whom whose when where why how many much there their his her
he she they you your i my we our can could will would not no if than then so into about
"""
STOP_WORDS = frozenset(_STOP.split())


def sentences_of(text: str, language: Language) -> list[str]:
    """Sentences of a passage, trimmed, white space collapsed, none empty."""
    text = re.sub(r"\s+", " ", text)
    parts = _ZH_SENTENCE.findall(text) if language == "zh" else _EN_BREAK.split(text)
    return [part.strip() for part in parts if part.strip()]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Stem of one lower-case English word."""
    return str(_STEMMER.stemWord(word))


def terms_of(text: str, language: Language) -> list[str]:
    """Terms for BM25: stemmed words, and for Chinese single characters and their bigrams too."""
    lowered = text.lower()
    terms = [stem(word) for word in _WORD.findall(lowered)]
    if language == "zh":
        for run in _CJK_RUN.findall(lowered):
            terms.extend(run)
            terms.extend(run[index : index + 2] for index in range(len(run) - 1))
    return terms


def match_key(piece: str) -> str:
    """What a word or Chinese character is compared by; empty for what carries no match."""
    piece = piece.strip().lower()
    if not piece or piece in STOP_WORDS:
        return ""
    if _CJK.match(piece):
        return piece if piece not in "的了是在和与有之为於于" else ""
    return stem(piece) if piece[0].isalnum() else ""


_JOINS = (
    (re.compile(r"`` ?"), '"'),
    (re.compile(r" ?''"), '"'),
    (re.compile(r"-lrb- ?", re.I), "("),
    (re.compile(r" ?-rrb-", re.I), ")"),
    (re.compile(r"-lsb- ?", re.I), "("),
    (re.compile(r" ?-rsb-", re.I), ")"),
    (re.compile(r" ([,.;:!?%])"), r"\1"),
    (re.compile(r" ('s|'re|'ve|'ll|'d|'m|n't|')(?= |$|[,.])"), r"\1"),
    (re.compile(r"([$£€#(]) "), r"\1"),
    (re.compile(r" \)"), ")"),
    (re.compile(r" ?-- ?"), " – "),
    (re.compile(r"(\w) - (\w)"), r"\1-\2"),
)


def detokenise(text: str) -> str:
    """Undo Penn Treebank spacing, roughly."""
    for pattern, replacement in _JOINS:
        text = pattern.sub(replacement, text)
    return re.sub(r"\s+", " ", text).strip()
