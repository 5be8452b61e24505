"""The English words of CC-CEDICT's definitions, short enough to stand for a Chinese word in a sentence."""

import re
from collections.abc import Iterable

Glosses = dict[str, list[str]]  # by simplified word, in the dictionary's order

_HAN = re.compile(r"[\u3400-\u9fff]{1,5}")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|（[^）]*）|[\u3400-\u9fff|]+")
_NO_MEANING = re.compile(
    r"variant of|surname|see also|see |abbr\. for|CL:|also written|used in|Kangxi|Taiwan pr|also pr|erhua"
    r"|classifier",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^(?:to|a|an|the|be)\s+")
_WORDS, _LETTERS, _SENSES = 4, 60, 8


def glosses(entries: Iterable[dict[str, object]]) -> Glosses:
    """Of entries with "simplified", "pinyin" and "definitions"; names (a capital in the pinyin) only where nothing
    else is written so.
    """
    words: Glosses = {}
    names: Glosses = {}
    for entry in entries:
        word, pinyin = str(entry["simplified"]), str(entry["pinyin"])
        if _HAN.fullmatch(word):
            into = names if pinyin[:1].isupper() else words
            known = into.setdefault(word, [])
            known += [one for one in _short(entry["definitions"]) if one not in known]
    found = {word: senses[:_SENSES] for word, senses in (names | words).items()}
    return {word: senses for word, senses in found.items() if senses}


def _short(definitions: object) -> Iterable[str]:
    whole = [text for one in definitions for text in str(one).split("/")]  # type: ignore[attr-defined]
    for text in whole:
        plain = " ".join(_ASIDE.sub("", text).replace("sth", "something").replace("sb ", "somebody ").split())
        if not plain or _NO_MEANING.search(text) or len(plain) >= _LETTERS:
            continue
        parts = [_FIRST.sub("", part.strip()).strip(" .!?") for part in re.split(r"[;,]|\bor\b", plain)]
        short = [part for part in parts if len(part) > 1 and len(part.split()) <= _WORDS]
        yield from short or [plain.strip(" ,;.")]
