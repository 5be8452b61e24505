"""The word lists in force: the release's, with what this installation made of them."""

import functools
from dataclasses import dataclass
from datetime import datetime

from .checks.words import WordCheck, shipped
from .disguised import hits_of
from .models import ListedWord, WordsHead
from .normal import normalise
from .word_files import CATEGORIES


@dataclass(frozen=True)
class Word:
    """A term of the `category`'s list; "": one of the release's that is not looked for here.

    `shipped` is its list in the release, "" for a term that is not in it. `by` and `at` say who changed it last, ""
    and None where it is as it came.
    """

    term: str
    normal: str
    category: str
    shipped: str = ""
    by: str = ""
    at: datetime | None = None


def words_listed() -> list[Word]:
    """By list and alphabet; what is not looked for stands last."""
    words = {normal: Word(term, normal, category, category) for normal, (term, category) in shipped().items()}
    for row in ListedWord.objects.all():
        came = shipped().get(row.normal)
        if not (came or row.category):
            continue  # the release has dropped it meanwhile
        words[row.normal] = Word(
            came[0] if came else row.term,
            row.normal,
            row.category,
            came[1] if came else "",
            row.changed_by,
            row.updated_at,
        )
    order = {category: place for place, category in enumerate((*CATEGORIES, ""))}
    return sorted(words.values(), key=lambda word: (order.get(word.category, 0), word.normal))


def words_stamp() -> str:
    """Another one after each change; "" where the lists are as they came."""
    return str(WordsHead.objects.values_list("stamp", flat=True).first() or "")


@functools.lru_cache(maxsize=2)
def word_check(stamp: str) -> WordCheck:
    """Of the lists in force. Read after the stamp they may be newer than it, but never older."""
    if not stamp:
        return WordCheck()
    return WordCheck(tuple((word.normal, word.category) for word in words_listed() if word.category))


@dataclass(frozen=True)
class Met:
    """A listed `term`, as its list shows it, that stands in text[start:end]."""

    term: str
    category: str
    start: int
    end: int


def words_met(text: str) -> list[Met]:
    """Those of the lists in force, in their order, whatever the rules make of them."""
    normal, stamp = normalise(text), words_stamp()
    shown = terms_shown(stamp)
    met = [
        Met(shown.get(hit.term, hit.term), hit.rule, start, end)
        for hit, start, end in hits_of(word_check(stamp), normal)
    ]
    return sorted(met, key=lambda each: (each.start, each.end))


@functools.lru_cache(maxsize=2)
def terms_shown(stamp: str) -> dict[str, str]:
    """Each term as its list shows it, by what is compared."""
    if not stamp:
        return {normal: term for normal, (term, _category) in shipped().items()}
    return {word.normal: word.term for word in words_listed()}
