"""After an upgrade that makes other tokens of texts: passages that were imported before get them too."""

import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from apps.core.threads import rest

from ..ingest.passages import passage_text
from ..ingest.steps import unmarked
from ..locks import collections_hold
from ..models import Collection, Document, Passage
from ..retrieval.tokens import SCHEME, tokenize, tsvector

PORTION = 20  # documents in one transaction
PAUSE = 0.5  # of the time that a portion took


def documents_outdated() -> QuerySet[Document]:
    """Documents whose passages may have tokens of an earlier scheme, which present questions find less by."""
    return Document.objects.filter(tokens_scheme__lt=SCHEME)


def tokens_renew() -> Iterator[int]:
    """Yields how many documents each portion brought up to date, until none is left or all are somebody else's."""
    after: UUID | None = None
    while True:
        with transaction.atomic():
            rows = documents_outdated().filter(**({"pk__gt": after} if after else {})).order_by("pk")
            homes = collections_hold(rows.values_list("collection", flat=True)[:PORTION])
            rows = rows.filter(collection__in=homes)
            portion = list(rows.select_for_update(no_key=True, skip_locked=True)[:PORTION])
            if not portion:
                return
            after = portion[-1].pk
            _renew(portion)
        yield len(portion)


def tokens_run() -> None:
    """All of it, resting half as long as it works: questions come first."""
    began = time.monotonic()
    for _ in tokens_renew():
        rest(PAUSE * (time.monotonic() - began))
        began = time.monotonic()


def tokens_defer() -> None:
    """Queues that where documents are outdated, unless it waits in the queue."""
    from ..tasks import tokens_job  # tasks import services

    if documents_outdated().exists():
        with suppress(AlreadyEnqueued), transaction.atomic():
            tokens_job.defer()


def _renew(documents: list[Document]) -> None:
    titles = {document.pk: document.title for document in documents}
    passages = Passage.objects.select_for_update(no_key=True).filter(document__in=titles).order_by("pk")
    rows = []
    for passage in passages.defer("lexemes"):
        said = unmarked(passage.text, list(zip(passage.spans[::2], passage.spans[1::2], strict=True)))
        tokens = tokenize(passage_text(titles[passage.document_id], passage.heading, said))
        rows.append((passage.pk, tsvector(tokens), len(tokens)))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE knowledge_passage p SET lexemes = n.lexemes::tsvector, tokens_count = n.count "
            "FROM (VALUES (%s::uuid, %s, %s)) AS n(id, lexemes, count) WHERE p.id = n.id",
            rows,
        )
    Document.objects.filter(pk__in=titles).update(tokens_scheme=SCHEME)
    homes = {document.collection_id for document in documents}
    Collection.objects.filter(pk__in=homes).update(version=F("version") + 1)
