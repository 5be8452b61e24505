"""An organisation's own terms in both languages: which a text uses, and which its translation left out."""

import re
from collections.abc import Sequence

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
    used = (next(word for word in longest_first if re.fullmatch(_pattern(word, language), hit[0])) for hit in found)
    return [by_word[word] for word in dict.fromkeys(used)]


def terms_missed(terms: Sequence[Term], translation: str, language: Language) -> list[Term]:
    """Those of `terms` that the translation into `language` does not use."""
    side = 0 if language == "en" else 1
    plain = _plain(translation)
    return [term for term in terms if not re.search(_pattern(_plain(term[side]), language), plain)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _pattern(word: str, language: Language) -> str:
    """An English term stands for itself, also in the plural; a Chinese one wherever its characters do."""
    return rf"(?<!\w){re.escape(word)}(?:e?s)?(?!\w)" if language == "en" else re.escape(word)
