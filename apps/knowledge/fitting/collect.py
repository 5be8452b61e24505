"""Runs the product's own retrieval over a set and keeps what the two models are fitted on."""

from dataclasses import dataclass

import numpy as np

from ..indexing.vectors import vectors_store
from ..ingest.blocks import Block, Extracted
from ..ingest.embedding import embed_pieces
from ..ingest.passages import cut_document
from ..ingest.reading import indexed
from ..ingest.replacing import passage_row
from ..models import Collection, Document, Passage
from ..retrieval.candidates import Candidate, Question, find_candidates, question_prepare
from ..retrieval.scope import Scope, scope_of
from ..retrieval.sentences import sentence_rows
from ..retrieval.tokens import question_tokens
from .sets import Asking, KnowledgeSet


@dataclass(frozen=True)
class Example:
    """What the search found for one question. `right` marks the sentences that answer it: none when off topic."""

    question: Question
    candidates: list[Candidate]
    places: list[tuple[int, int, int]]
    rows: np.ndarray
    right: np.ndarray
    document: str  # the name of the document that answers; empty when off topic


def collect(one: KnowledgeSet) -> list[Example]:
    """Examples of all questions, on topic first. The collection is removed again."""
    slug = "fit-" + one.name.replace(" ", "-")
    Collection.objects.filter(slug=slug).delete()  # a run that was broken off may have left it
    collection = Collection.objects.create(slug=slug, name=one.name)
    try:
        for number, passage in enumerate(one.passages):
            store(collection, str(number), passage, one.titles[number] if one.titles else "")
        scope = scope_of([collection.pk], one.language)
        asked = [_example(scope, asking) for asking in one.questions]
        return asked + [_example(scope, Asking(text, -1, ())) for text in one.off_topic]
    finally:
        collection.delete()


def store(collection: Collection, name: str, passage: str | list[str] | Extracted, title: str) -> None:
    """As an import would."""
    whole = passage if isinstance(passage, Extracted) else Extracted(title, _blocks(passage))
    document = Document.objects.create(collection=collection, name=name, title=whole.title[:300])
    pieces = [indexed(whole.title, piece) for piece in cut_document(whole)]
    rows = [passage_row(document, position, piece) for position, piece in enumerate(pieces)]
    Passage.objects.bulk_create(rows)
    vectors_store(rows, embed_pieces(whole.title, pieces))


def _blocks(passage: str | list[str]) -> list[Block]:
    return [Block("text", passage)] if isinstance(passage, str) else [Block("unit", text) for text in passage]


def _example(scope: Scope, asking: Asking) -> Example:
    question = question_prepare(scope, asking.text, question_tokens(asking.text))
    candidates = find_candidates(scope, question)
    places, rows = sentence_rows(question, candidates)
    document = str(asking.passage) if asking.passage >= 0 else ""
    right = [
        candidates[index].passage.document.name == document
        and any(answer in candidates[index].passage.text[start:end] for answer in asking.answers)
        for index, start, end in places
    ]
    return Example(question, candidates, places, np.array(rows), np.array(right, dtype=bool), document)
