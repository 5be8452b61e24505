"""Puts made-up passages into the tables as an import would, by COPY, and builds the search's indexes over them."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from django.db import connection
from django.utils import timezone
from pgvector import Vector

from apps.knowledge.indexing.hnsw import hnsw_create, hnsw_drop
from apps.knowledge.indexing.indexes import index_active, languages_apart
from apps.knowledge.models import Collection, Document
from apps.knowledge.retrieval.tokens import tokenize, tsvector
from tools.bench.corpus import PASSAGES_A_DOCUMENT, Made, made_passages

SHARES = {"half": 50, "quarter": 25, "tenth": 15, "small": 9, "tiny": 1}  # of the documents, in percent
_PASSAGE = (
    "knowledge_passage (id, created_at, updated_at, collection_id, document_id, position, heading, text, language, "
    "spans, lexemes, tokens_count)"
)
_VECTOR = "knowledge_passagevector (passage_id, index_id, collection_id, language, vector, sentences)"


def fill(count: int, demo: Path) -> dict[str, float]:
    """Seconds that each index took to build. Does nothing where as many documents are there already."""
    if Document.objects.count() >= count // PASSAGES_A_DOCUMENT:
        return {}
    index = index_active()
    hnsw_drop(index.pk, languages_apart(index))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX passage_lexemes")
        made = list(made_passages(count, demo))
        ids = [uuid.uuid4() for _ in made]
        homes = _homes(made)
        _copy(cursor, _PASSAGE, (_passage(one, pk, homes[one.document]) for one, pk in zip(made, ids, strict=True)))
        english = ((one, pk) for one, pk in zip(made, ids, strict=True) if index.reads(one.language))
        rng = np.random.default_rng(7)
        _copy(cursor, _VECTOR, (_vector(one, pk, index.pk, homes[one.document], rng) for one, pk in english))
        began = time.monotonic()
        cursor.execute(
            "CREATE INDEX passage_lexemes ON knowledge_passage USING gin (lexemes) WITH (fastupdate = off)"
        )
        words = time.monotonic() - began
        hnsw_create(index.pk, index.dimension, languages_apart(index))
        vectors = time.monotonic() - began - words
        cursor.execute("VACUUM ANALYZE")
    return {"words (GIN)": words, "vectors (HNSW)": vectors}


def _homes(made: list[Made]) -> dict[int, Document]:
    names = [name for name, share in SHARES.items() for _ in range(share)]
    collections = {name: Collection.objects.create(slug=name, name=name, version=1) for name in SHARES}
    titles = {one.document: one for one in made}
    homes = {
        number: Document(
            collection=collections[names[(number // 2) % 100]],
            name=f"{number}.md",
            title=one.title,
            language=one.language,
            state="ready",
            passages_count=PASSAGES_A_DOCUMENT,
        )
        for number, one in titles.items()
    }
    Document.objects.bulk_create(homes.values(), batch_size=1000)
    return homes


def _copy(cursor, into: str, rows: Iterator[tuple[object, ...]]) -> None:  # type: ignore[no-untyped-def]
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _passage(one: Made, pk: uuid.UUID, home: Document) -> tuple[object, ...]:
    spans, text = [], ""
    for sentence in one.texts:
        text += " " if text and one.language == "en" else ""
        spans += [len(text), len(text) + len(sentence)]
        text += sentence
    tokens = tokenize("\n".join((one.title, one.heading, text)))
    now = timezone.now()
    own = (one.position, one.heading, text, one.language, spans, tsvector(tokens), len(tokens))
    return (pk, now, now, home.collection_id, home.pk, *own)


def _vector(
    one: Made, pk: uuid.UUID, index: uuid.UUID, home: Document, rng: np.random.Generator
) -> tuple[object, ...]:
    vector = near(one.document, rng)
    sentences = rng.normal(size=(len(one.sentences), vector.size)).astype(np.float16) / 20
    return pk, index, home.collection_id, one.language, Vector(vector).to_text(), sentences.tobytes()


def near(document: int, rng: np.random.Generator) -> np.ndarray:
    """A vector in the document's neighbourhood, which is one of some hundred regions."""
    region = np.random.default_rng(document % 300).normal(size=384)
    topic = np.random.default_rng(10_000 + document).normal(size=384)
    vector: np.ndarray = region + 0.8 * topic + 0.6 * rng.normal(size=384)
    return vector / np.linalg.norm(vector)
