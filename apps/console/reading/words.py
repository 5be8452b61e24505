"""The word lists, filtered, a page at a time; and what stands of them in a sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.moderation.selectors import CATEGORIES, Word, words_listed, words_met

from ..asked import page_number, text
from .paging import Page, page_of
from .rules import follows, passes, rule_said

ALL, OWN, OFF = "all", "own", "off"


@dataclass(frozen=True)
class WordPage:
    """`chips` are (key, label, count, query) of the filters by list; `lists` (key, label, what follows by stage) of
    all lists. `edited` is the word whose row is a form; `here` this page's query, `chosen` its filter, and `shown`
    what is shown where none is chosen, too: who only opens the page shall not meet a screen of slurs.
    """

    page: Page[Word]
    q: str
    chosen: str
    shown: str
    chips: list[tuple[str, str, int, str]]
    lists: list[tuple[str, str, dict[str, str]]]
    edited: str
    here: str
    total: int


def word_page(query: QueryDict, rules: Mapping[str, Any]) -> WordPage:
    """`rules` are those of content in force."""
    words = words_listed()
    q, chosen = text(query, "q", longest=60), query.get("of", "")
    counts = Counter(word.category for word in words)
    kinds = {category: (rule_said(category), counts[category]) for category in CATEGORIES}
    kinds[OWN] = (_("Changed here"), sum(1 for word in words if word.by and word.category))
    kinds[OFF] = (_("Not looked for"), counts[""])
    chosen = chosen if chosen == ALL or chosen in kinds else ""
    shown = chosen or (ALL if q else OWN)
    number = page_number(query)
    kept = {"q": q, "of": chosen}
    found = [word for word in words if _is_in(word, shown) and q.casefold() in word.term.casefold()]
    return WordPage(
        page_of(found, number, **kept),
        q,
        chosen,
        shown,
        [
            (kind, label, count, _query(q=q, of=kind))
            for kind, (label, count) in kinds.items()
            if count or kind in (*CATEGORIES, OWN, chosen)
        ],
        lists_followed(rules),
        query.get("edit", ""),
        _query(**kept, page=str(number) if number > 1 else ""),
        len(words) - counts[""],
    )


def lists_followed(rules: Mapping[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    """(name, label, what follows by stage) of each list."""
    return [(category, rule_said(category), follows(rules, "words", category)) for category in CATEGORIES]


def follows_said(category: str, rules: Mapping[str, Any]) -> tuple[str, bool]:
    """What follows from words of that list, in a sentence, and whether the rules let them pass everywhere."""
    told = {"list": rule_said(category)}
    if passes(rules, "words", category):
        text = _(
            "The content rules let “%(list)s” pass, so nothing follows from its words. Choose there what does."
        )
        return text % told, True
    said = follows(rules, "words", category)
    sentence = _("In questions: %(question)s. In answers: %(answer)s.")
    return f"{told['list']} · {sentence % {'question': said['input'], 'answer': said['output']}}", False


@dataclass(frozen=True)
class Tried:
    """A sentence in `pieces` (text, whether it is a listed word), and its words as (word, list, what follows)."""

    sentence: str
    pieces: list[tuple[str, bool]]
    words: list[tuple[str, str, dict[str, str]]]


def tried(sentence: str, rules: Mapping[str, Any]) -> Tried:
    met = words_met(sentence)
    pieces, position = [], 0
    for word in met:
        if word.end > position:
            start = max(position, word.start)
            pieces += [(sentence[position:start], False), (sentence[start : word.end], True)]
            position = word.end
    return Tried(
        sentence,
        [(piece, marked) for piece, marked in [*pieces, (sentence[position:], False)] if piece],
        [
            (sentence[word.start : word.end], rule_said(word.category), follows(rules, "words", word.category))
            for word in met
        ],
    )


def _is_in(word: Word, chosen: str) -> bool:
    if chosen == OWN:
        return bool(word.by and word.category)
    if chosen == OFF:
        return not word.category
    return bool(word.category) if chosen == ALL else word.category == chosen


def _query(**values: str) -> str:
    return urlencode({name: value for name, value in values.items() if value})
