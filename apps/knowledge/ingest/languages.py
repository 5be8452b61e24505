"""Which language each part of a document is written in: a workbook may have a sheet of each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from apps.core.language import Language, detect_language, language_told, spoken_words, weights

from .blocks import Block, Extracted

# Of both languages so much must stand in a section, in words, and such a share, or an example in the other one
# would be torn out of what speaks of it.
LEAST, SHARE = 12, 0.25
_SENTENCE = 4  # different words: with fewer it may be an example between Chinese sentences
HEADING_JOINT = " › "
_CHINESE_SIGN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def language_of(document: Extracted) -> Language:
    """The one of most of its prose, whatever its code says."""
    told = (text for block in document.blocks for text in (block.question, _prose(block)))
    return detect_language(" ".join([document.title, *told]))


def of_one_language(
    heading: str, section: Sequence[Block], usual: Language
) -> Iterator[tuple[Language, list[Block]]]:
    """The section as one, or where it mixes languages each stretch of one. What is not clearly of one, such as a
    row of codes, belongs to what stands before it, and a whole section of that to `usual`, the document's.
    """
    whole = " ".join(map(_prose, section))
    if not _mixes(whole, section):
        yield told_with(heading, whole) or usual, list(section)
        return
    clear = [_clearly(_prose(block)) for block in section]
    filled = _filled(clear, next(filter(None, clear), usual))
    for language, stretch in groupby(zip(filled, section, strict=True), key=lambda one: one[0]):
        yield language, [block for _language, block in stretch]


def told_with(heading: str, text: str) -> Language | None:
    """English below an English heading is that, also where a Chinese one stands above both."""
    section = f"{heading.rpartition(HEADING_JOINT)[2]} {text}"
    if not _CHINESE_SIGN.search(section) and language_told(section):
        return "en"
    return language_told(f"{heading} {text}")


def _mixes(whole: str, section: Iterable[Block]) -> bool:
    if min(weights(whole).values()) < LEAST:
        return False
    totals: dict[Language, int] = {"en": 0, "zh": 0}
    for block in section:
        if language := _clearly(text := _prose(block)):
            totals[language] += weights(text)[language]
    least = min(totals.values())
    return least >= LEAST and least >= SHARE * sum(totals.values())


def _clearly(text: str) -> Language | None:
    if not _CHINESE_SIGN.search(text):
        return "en" if len(spoken_words(text)) >= _SENTENCE else None
    weight = weights(text)
    return "zh" if weight["zh"] >= 2 * weight["en"] else None


def _filled(languages: Iterable[Language | None], first: Language) -> Iterator[Language]:
    for language in languages:
        first = language or first
        yield first


def _prose(block: Block) -> str:
    return "" if block.kind == "code" else block.text
