"""Which passages hold words that the content rules withhold from answers: nobody can be shown what they say."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from apps.knowledge.models import Collection, Document, Passage
from apps.knowledge.selectors import document_passages
from apps.knowledge.services import Reading
from apps.moderation.selectors import Term, Withholding

from .passages import place_address

SHOWN = 12  # documents, or passages of one
NAMED = 12  # words
KEPT = 500  # collections, each by itself and under the words of an assistant that knows it


@dataclass(frozen=True)
class Place:
    """A document, or passage `number` of one, with how many `passages` of it hold withheld words."""

    name: str
    address: str
    passages: int
    number: int = 0


@dataclass(frozen=True)
class Withheld:
    """`passages` hold the words, the most frequent first; `places` are where, and `more` of these are not shown."""

    passages: int
    words: list[tuple[Term, int]]
    places: list[Place] = field(default_factory=list)
    more: int = 0

    @property
    def named(self) -> list[Term]:
        return [term for term, _count in self.words[:NAMED]]

    @property
    def unnamed(self) -> int:
        return len(self.words) - len(self.named)

    @property
    def listed(self) -> bool:
        """Whether there are words of the lists among them."""
        return any(term.listed for term, _count in self.words)

    @property
    def own(self) -> bool:
        """Whether there are an assistant's own."""
        return not all(term.listed for term, _count in self.words)


_kept: dict[tuple[UUID, int, tuple[object, ...]], Withheld] = {}


def withheld_in_collection(collection: Collection, rules: Withholding) -> Withheld:
    """By document. Looked for once for each state of the passages and the rules, which may take seconds."""
    key = collection.pk, collection.version, rules.stamp
    if found := _kept.get(key):
        return found
    found = _in_collection(collection.pk, rules)
    if len(_kept) >= KEPT:
        _kept.clear()
    _kept[key] = found
    return found


def withheld_in_document(document: Document, rules: Withholding) -> Withheld:
    """By passage."""
    held = list(_held(document_passages(document).order_by("position"), rules))
    places = [
        Place(heading, f"{place_address(document.pk, position)}#passage-{pk}", 1, position + 1)
        for pk, _document, position, heading, _terms in held[:SHOWN]
    ]
    return Withheld(len(held), _counted(terms for *_passage, terms in held), places, len(held) - len(places))


def withheld_in_pieces(reading: Reading, rules: Withholding) -> tuple[Withheld, set[int]]:
    """Of a file as it would be imported; and which pieces of it, from 0."""
    find = _finder(rules)
    of_title = find(reading.title)
    found = [of_title | find(piece.heading) | rules.terms(piece.text) for piece in reading.pieces]
    held = {number for number, terms in enumerate(found) if terms}
    return Withheld(len(held), _counted(found)), held


def _in_collection(collection_id: UUID, rules: Withholding) -> Withheld:
    held = list(_held(Passage.objects.filter(collection=collection_id).order_by("document", "position"), rules))
    by_document = Counter(document for _pk, document, *_passage in held)
    first = Document.objects.in_bulk([pk for pk, _count in by_document.most_common(SHOWN)])
    places = [
        Place(first[pk].title or first[pk].name, place_address(pk, 0), count)
        for pk, count in by_document.most_common(SHOWN)
        if pk in first
    ]
    words = _counted(terms for *_passage, terms in held)
    return Withheld(len(held), words, places, len(by_document) - len(places))


def _held(
    passages: QuerySet[Passage], rules: Withholding
) -> Iterator[tuple[UUID, UUID, int, str, frozenset[Term]]]:
    """(passage, document, position, heading, words) of those that hold some. Titles and headings are told with an
    answer, so their words withhold it as well.
    """
    find = _finder(rules)
    rows = passages.values_list("pk", "document_id", "position", "heading", "text", "document__title")
    for pk, document, position, heading, text, title in rows.iterator(chunk_size=500):
        if terms := find(title) | find(heading) | rules.terms(text):
            yield pk, document, position, heading, terms


def _finder(rules: Withholding) -> Callable[[str], frozenset[Term]]:
    """For what stands over many passages."""
    return functools.lru_cache(maxsize=64)(rules.terms)


def _counted(found: Iterable[frozenset[Term]]) -> list[tuple[Term, int]]:
    return Counter(term for terms in found for term in sorted(terms)).most_common()
