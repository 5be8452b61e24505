"""What an assistant says first of all where a message speaks of an emergency, as it was set up."""

import re
import unicodedata

from apps.core.language import detect_language
from apps.core.stems import stem

from ...models import Assistant

_LATIN = re.compile(r"[^\W\u3400-\u9fff]+")


def emergency_text(assistant: Assistant, message: str) -> str:
    """In the message's language, in bold; empty where nothing of it speaks of an emergency."""
    if not any(_speaks_of(message, words) for words in assistant.emergency_words):
        return ""
    text = " ".join(assistant.in_language("emergency", detect_language(message)).split())
    return f"**{text}**" if text else ""


def _speaks_of(message: str, words: str) -> bool:
    """Whether all of `words` stand in it, in any order; English ones in any form."""
    folded = _folded(message)
    said = set(_stems(folded))
    parts = _folded(words).split()
    return bool(parts) and all(_holds(folded, said, part) for part in parts)


def _holds(folded: str, said: set[str], part: str) -> bool:
    stems = _stems(part)
    return said.issuperset(stems) if stems else part in folded


def _stems(folded: str) -> list[str]:
    return [stem(word) for word in _LATIN.findall(folded)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
