"""Cases out of the knowledge base itself: its headings as questions, or its sentences with a gap."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from apps.core.language import Language, detect_language
from apps.knowledge.models import Collection, Passage

from ..models import Origin
from .cases import Case

GAP = "____"
_LONGEST = 200  # characters of a sentence that makes a readable gap
_SHORTEST = {"en": 3, "zh": 4}  # words of an English heading, characters of a Chinese one: less asks nothing
# What a gap asks for: a number with its unit, so that it is plain what belongs there.
_NUMBER = {
    "en": re.compile(
        r"(?<![\w.,:–¥$€-])\d[\d.,–]*(?: ?%| (?:working |calendar )?"
        r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|pieces|characters|litres?|cm|km|kg)\b)"
    ),
    "zh": re.compile(
        r"(?<![\w.,:–¥-])\d[\d.,–]* ?(?:%|秒|分钟|个?小时|个?工作日|天|周|个月|年|次|件|位|升|元|厘米|公斤)"
    ),
}
_ROW = re.compile(r"[:：].*[;；]")  # a table's row, written out as a sentence


def cases_from(collection: Collection, *, method: str, language: Language, count: int) -> list[Case]:
    """At most `count` cases of the collection's passages in `language`, taken from all documents in turn.

    `Origin.HEADINGS`: the last heading above a section asks, and any sentence of the section answers.
    `Origin.GAPS`: a sentence asks for the number that was taken out of it. A case's group is its document's title.
    """
    make = _headings if method == Origin.HEADINGS else _gaps
    passages = Passage.objects.filter(collection=collection, language=language).select_related("document")
    passages = passages.defer("lexemes").order_by("document__name", "position")
    of_document: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages.iterator(chunk_size=500):
        of_document[passage.document.name].append(passage)
    found = _in_turn([make(name, rows, language) for name, rows in of_document.items()])
    return list(islice(_distinct(found), count))


def _headings(name: str, passages: list[Passage], language: Language) -> Iterator[Case]:
    sections: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        sections[passage.heading].append(passage)
    for heading, rows in sections.items():
        question = heading.rpartition(" › ")[2].strip()
        length = len(question.split()) if language == "en" else len(question)
        answers = [sentence for row in rows for sentence in _sentences(row) if sentence != question]
        if length >= _SHORTEST[language] and detect_language(question) == language and answers:
            yield Case(question, tuple(answers), name, rows[0].document.title[:80])


def _gaps(name: str, passages: list[Passage], language: Language) -> Iterator[Case]:
    for passage in passages:
        for sentence in _sentences(passage):
            found = _NUMBER[language].search(sentence)
            if found and not _ROW.search(sentence) and len(found[0]) * 3 < len(sentence) <= _LONGEST:
                question = sentence[: found.start()] + GAP + sentence[found.end() :]
                yield Case(question, (found[0].strip(),), name, passage.document.title[:80])


def _sentences(passage: Passage) -> list[str]:
    spans = zip(passage.spans[::2], passage.spans[1::2], strict=True)
    return [passage.text[start:end].strip() for start, end in spans]


def _in_turn(rows: list[Iterator[Case]]) -> Iterator[Case]:
    """One of each, then the next of each, until all are empty."""
    while rows:
        going = []
        for row in rows:
            if (case := next(row, None)) is not None:
                yield case
                going.append(row)
        rows = going


def _distinct(cases: Iterator[Case]) -> Iterator[Case]:
    seen: set[str] = set()
    for case in cases:
        if case.question not in seen:
            seen.add(case.question)
            yield case
