"""Pairs that cleaning left out: why, and taking them back for good."""

from pathlib import Path

import pytest

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable
from apps.inference import services as inference
from apps.knowledge.ingest.blocks import Block
from apps.knowledge.ingest.cleaning import clean_pairs
from apps.knowledge.models import Collection, Document, DroppedPair, Passage, PassageVector
from apps.knowledge.retrieval.search import search
from apps.knowledge.selectors import dropped_pairs
from apps.knowledge.services import collection_ensure, collection_import, documents_delete, pair_restore

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
OUTSIDERS = [Actor(user_id=2, role=Role.REVIEWER), Actor(user_id=3, role=Role.CUSTOMER), Actor(label="visitor")]
TABLE = """question,answer
Who founded the company?,Lin Yu founded Lanternfield in 2016.
Who founded the company?,Lin Yu founded Lanternfield in 2016.
Where is the depot?,----------- Kunshan -----------
,An answer without its question.
What is the lamp's power?,https://help.example.com/lamp
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    path.write_text(TABLE)
    collection_import(actor=SYSTEM, collection="help", paths=[path])
    return path


@pytest.fixture
def noise(table: Path) -> DroppedPair:
    return DroppedPair.objects.get(failure__code="noise")


def depot(question: str = "Where is the depot?") -> list[str]:
    collection = Collection.objects.get(slug="help")
    return [passage.text for passage in search(collection_ids=[collection.pk], question=question).passages]


def test_each_pair_that_was_left_out_says_its_row_and_why(table: Path) -> None:
    found = dropped_pairs(actor=OLGA, collection=Collection.objects.get(slug="help"))
    assert [(pair.row, pair.failure["code"]) for pair in found] == [
        (3, "same"),
        (4, "noise"),
        (5, "incomplete"),
        (6, "link"),
    ]
    assert found[0].reason == "The same as row 2."


@pytest.mark.parametrize(
    ("question", "answer", "kept"),
    [
        ("Hi", "Hello, how can I help?", False),
        ("x", "Something.", False),
        ("退", "七天内可以退。", False),
        ("What is the size?", "x", False),
        ("退款", "三天内退回原支付方式。", True),
        ("5G", "All of our routers have it.", True),
        ("VAT", "It is part of every price.", True),
        ("可以开发票吗", "是", True),
        ("How many lamps are in a box?", "5", True),
    ],
)
def test_a_word_of_two_letters_asks_nothing_and_two_chinese_characters_do(
    question: str, answer: str, kept: bool
) -> None:
    pairs, dropped = clean_pairs([Block("pair", answer, question=question, row=2)])
    assert bool(pairs) is kept
    assert [pair.code for pair in dropped] == ([] if kept else ["short"])


def test_the_pairs_of_one_collection_are_not_those_of_another(table: Path) -> None:
    other = collection_ensure(actor=SYSTEM, slug="other")
    assert not dropped_pairs(actor=OLGA, collection=other).exists()


def test_a_pair_that_is_taken_back_is_found_at_once(noise: DroppedPair) -> None:
    assert not any("Kunshan" in text for text in depot())
    version = Collection.objects.get(slug="help").version
    assert pair_restore(actor=OLGA, pair_id=noise.pk).restored
    assert any("Kunshan" in text for text in depot())
    passage = Passage.objects.get(text__contains="Kunshan")
    assert PassageVector.objects.filter(passage=passage).exists()  # by meaning too
    assert Collection.objects.get(slug="help").version > version  # nothing that was cached answers any more
    document = Document.objects.get()
    assert document.passages_count == document.passages.count() == 2
    event = audit_events(action="pair.restored").get()
    assert (event.actor_label, event.data["row"], event.data["why"]) == ("olga", 4, "noise")


def test_a_pair_that_was_taken_back_outlives_an_import(noise: DroppedPair, table: Path) -> None:
    pair_restore(actor=OLGA, pair_id=noise.pk)
    table.write_text(TABLE + "Is it open?,It is open on Monday from nine.\n")
    collection_import(actor=SYSTEM, collection="help", paths=[table])
    assert any("Kunshan" in text for text in depot())
    assert Passage.objects.filter(text__contains="Kunshan").count() == 1
    assert DroppedPair.objects.get(failure__code="noise").restored
    table.write_text(TABLE.replace("Kunshan", "Suzhou"))
    collection_import(actor=SYSTEM, collection="help", paths=[table])
    assert not DroppedPair.objects.get(failure__code="noise").restored  # another pair than the one taken back


def test_a_pair_is_taken_back_once(noise: DroppedPair) -> None:
    pair_restore(actor=OLGA, pair_id=noise.pk)
    with pytest.raises(Conflict):
        pair_restore(actor=OLGA, pair_id=noise.pk)
    assert Passage.objects.filter(text__contains="Kunshan").count() == 1


def test_a_pair_without_its_question_cannot_be_taken_back(table: Path) -> None:
    pair = DroppedPair.objects.get(failure__code="incomplete")
    with pytest.raises(BadInput, match="missing"):
        pair_restore(actor=OLGA, pair_id=pair.pk)


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: actor.role or "visitor")
def test_an_outsider_neither_sees_nor_takes_back(noise: DroppedPair, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        dropped_pairs(actor=actor, collection=Collection.objects.get(slug="help"))
    with pytest.raises(NotAllowed):
        pair_restore(actor=actor, pair_id=noise.pk)
    assert not DroppedPair.objects.filter(restored=True).exists()


def test_a_pair_of_a_document_that_is_gone_is_gone(noise: DroppedPair) -> None:
    documents_delete(actor=OLGA, document_ids=[noise.document_id])
    with pytest.raises(NotFound):
        pair_restore(actor=OLGA, pair_id=noise.pk)


def test_without_an_embedder_nothing_is_half_taken_back(
    noise: DroppedPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**kwargs: object) -> None:
        raise Unavailable("no runtime answers")

    monkeypatch.setattr(inference, "embed_sync", away)
    with pytest.raises(Unavailable, match="no runtime answers"):
        pair_restore(actor=OLGA, pair_id=noise.pk)
    assert not DroppedPair.objects.get(pk=noise.pk).restored
    assert not Passage.objects.filter(text__contains="Kunshan").exists()
