"""An organisation's own terms in both languages: which a text uses, and which its translation left out."""

import re
from collections.abc import Mapping, Sequence

from apps.core.language import Language

Term = tuple[str, str]  # English, Chinese


def terms_in(text: str, glossary: Sequence[Term], language: Language) -> list[Term]:
    """Those that `text`, in `language`, uses, in their order there; of two that overlap, the longer one."""
    side = 0 if language == "en" else 1
    by_word = {_plain(term[side]): term for term in glossary}
    if not by_word:
        return []
    longest_first = sorted(by_word, key=len, reverse=True)
    found = re.finditer("|".join(_pattern(word, language) for word in longest_first), _plain(text))
    return list(dict.fromkeys(_of_word(hit[0], by_word) for hit in found))


def terms_missed(terms: Sequence[Term], translation: str, language: Language) -> list[Term]:
    """Those of `terms` that the translation into `language` does not use."""
    side = 0 if language == "en" else 1
    plain = _plain(translation)
    return [term for term in terms if not re.search(_pattern(_plain(term[side]), language), plain)]


def _of_word(word: str, by_word: Mapping[str, Term]) -> Term:
    """Of what a pattern found: the term as it is, or without the ending of the plural."""
    return next(by_word[form] for form in (word, word[:-1], word[:-2]) if form in by_word)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _pattern(word: str, language: Language) -> str:
    """An English term stands for itself, also in the plural; a Chinese one wherever its characters do."""
    return rf"(?<!\w){re.escape(word)}(?:e?s)?(?!\w)" if language == "en" else re.escape(word)
