"""Answers that staff wrote: each a question-answer pair, as a document of its own, searched at once."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound, Unavailable
from apps.core.language import detect_language

from ..access import corrector_required
from ..indexing.vectors import vectors_store
from ..ingest.amending import pair_pieces
from ..ingest.blocks import Block, Refused
from ..ingest.cleaning import clean_pairs
from ..ingest.embedding import embed_pieces
from ..ingest.names import clean_name
from ..ingest.passages import Piece
from ..ingest.reasons import drop_reason, reason
from ..ingest.replacing import former_rows, ids_keep, passage_row
from ..locks import collection_hold
from ..models import WRITTEN, Collection, Document, FormerPassage, Passage
from .collection import collection_touch

_FOLDER = "answers"
_TITLES = {"en": "Answered by our staff", "zh": "人工答复"}  # what customers read above the words


def answer_write(*, actor: Actor, collection_id: UUID, question: str, answer: str) -> Document:
    """The answer takes the place of what staff wrote about the same question before; imports leave it alone.

    Raises BadInput for what cleaning would leave out of a table, NotFound, NotAllowed, Unavailable without an
    embedder.
    """
    corrector_required(actor)
    question, answer = (" ".join(text.replace("\0", "").split()) for text in (question, answer))
    _kept, dropped = clean_pairs([Block("pair", answer, question=question)])
    if dropped:
        raise BadInput(drop_reason(dropped[0].code, dropped[0].values))
    collection = Collection.objects.filter(pk=collection_id, personal=False).first()
    if collection is None:
        raise NotFound(_("There is no such collection."))
    language = detect_language(f"{question} {answer}")
    pieces = pair_pieces(_TITLES[language], question, answer, collection.splitting)
    try:
        vectors = embed_pieces(_TITLES[language], pieces)
    except Refused as error:
        raise Unavailable(reason(error.code, error.values)) from error
    with transaction.atomic():
        if not collection_hold(collection.pk):
            raise NotFound(_("There is no such collection."))
        document = _document(collection, question)
        document.title, document.language, document.imported_at = _TITLES[language], language, timezone.now()
        document.passages_count = len(pieces)
        document.save()
        rows = _replaced(document, pieces)
        vectors_store(rows, vectors)
        collection_touch(collection.pk)
        data = {"document": document.pk, "name": document.name, "characters": len(answer)}
        audit_record(actor=actor, action="answer.written", target=f"collection:{collection.pk}", data=data)
    return document


def _document(collection: Collection, question: str) -> Document:
    """The document of that question, made if there is none; nobody else writes one while the collection is held."""
    name = f"{_FOLDER}/{clean_name(question.replace('/', '∕'))}"
    there = Document.objects.select_for_update().filter(collection=collection, name=name).first()
    return there or Document.objects.create(collection=collection, name=name, media_type=WRITTEN)


def _replaced(document: Document, pieces: list[Piece]) -> list[Passage]:
    """Links of older answers lead to where the words stood."""
    rows = [passage_row(document, position, piece) for position, piece in enumerate(pieces)]
    before = document.passages.order_by("position")
    former = ids_keep(list(before.only("document", "position", "heading", "text")), rows)
    before.delete()
    document.edits.all().delete()
    FormerPassage.objects.bulk_create(former_rows(former))
    return Passage.objects.bulk_create(rows)
