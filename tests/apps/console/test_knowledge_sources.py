"""Addresses typed into a collection's page, pairs that cleaning left out, and embedding indexes."""

from collections.abc import Sequence

import pytest
from django.test import Client

from apps.audit.selectors import audit_events
from apps.inference import services as inference
from apps.knowledge.models import Collection, Document, DroppedPair, EmbeddingIndex, Import, Passage
from apps.registry.models import ModelVersion, RegisteredModel

from .conftest import World

PAGE = "/console/knowledge/shop/"


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    def embed(
        *, texts: Sequence[str], purpose: str, target: object = None, language: str = "en"
    ) -> list[list[float]]:
        return [[1.0, *[0.0] * 383] for _ in texts]

    monkeypatch.setattr(inference, "embed_sync", embed)


@pytest.fixture
def pairs(world: World) -> list[DroppedPair]:
    collection = Collection.objects.get(slug="shop")
    document = Document.objects.create(collection=collection, name="faq.csv", title="FAQ")
    values = [
        ("Who founded it?", "Lin Yu.", {"code": "same", "values": {"row": 2}}),
        ("What is it?", "?!?!?!?!", {"code": "noise", "values": {}}),
        ("", "Lost.", {"code": "incomplete", "values": {}}),
    ]
    return [
        DroppedPair.objects.create(
            document=document, row=row, question=question, answer=answer, digest=str(row), failure=failure
        )
        for row, (question, answer, failure) in enumerate(values, 3)
    ]


def test_pairs_that_were_left_out_are_listed_with_the_reason_and_filtered(
    operator: Client, pairs: list[DroppedPair]
) -> None:
    assert "3 pairs were left out" in operator.get(PAGE).content.decode()
    page = operator.get(f"{PAGE}pairs/").content.decode()
    assert "The same as row 2." in page and "row 3" in page and "faq.csv" in page
    assert page.count("/restore/") == 2  # nothing can be made of a pair without its question
    noise = operator.get(f"{PAGE}pairs/?why=noise").content.decode()
    assert "What is it?" in noise and "Who founded it?" not in noise
    assert "Who founded it?" in operator.get(f"{PAGE}pairs/?q=lin+founded").content.decode()
    assert "No pair matches." in operator.get(f"{PAGE}pairs/?q=nowhere").content.decode()
    for nonsense in ("?page=99", "?page=x&document=x&imported=x&why=x", "?imported=" + "0" * 32):
        assert operator.get(f"{PAGE}pairs/{nonsense}").status_code == 200


def test_a_long_list_of_pairs_comes_in_pages(operator: Client, pairs: list[DroppedPair]) -> None:
    document = pairs[0].document
    short = {"code": "short", "values": {}}
    DroppedPair.objects.bulk_create(
        DroppedPair(document=document, row=100 + n, question=f"Q{n}?", answer="A.", digest="x", failure=short)
        for n in range(60)
    )
    first = operator.get(f"{PAGE}pairs/?why=short").content.decode()
    assert "Q49?" in first and "Q50?" not in first and "page=2" in first
    second = operator.get(f"{PAGE}pairs/?why=short&page=2").content.decode()
    assert "Q50?" in second and "page=3" not in second


def test_a_pair_that_is_taken_back_is_a_passage_and_says_so(operator: Client, pairs: list[DroppedPair]) -> None:
    back = operator.post(f"{PAGE}pairs/{pairs[1].pk}/restore/", {"back": "why=noise"})
    assert back.headers["Location"] == f"{PAGE}pairs/?why=noise"
    assert Passage.objects.filter(document=pairs[1].document).count() == 1
    page = operator.get(back.headers["Location"]).content.decode()
    assert "Taken back" in page and "/restore/" not in page
    again = operator.post(f"{PAGE}pairs/{pairs[1].pk}/restore/", follow=True).content.decode()
    assert "taken back already" in again
    assert Passage.objects.filter(document=pairs[1].document).count() == 1


def test_an_address_is_typed_into_the_collections_page_and_becomes_an_import(
    operator: Client, world: World, settings: object
) -> None:
    assert "KNOWLEDGE_HOSTS" in operator.get(PAGE).content.decode()
    settings.KNOWLEDGE_HOSTS = ["help.example.com"]  # type: ignore[attr-defined]
    assert "help.example.com" in operator.get(PAGE).content.decode()
    typed = "https://help.example.com/a\r\nhttps://help.example.com/sitemap.xml\r\n"
    begun = operator.post(f"{PAGE}web/", {"addresses": typed})
    row = Import.objects.get()
    assert begun.headers["Location"] == f"{PAGE}imports/{row.pk}/"
    assert [item.address for item in row.items.all()] == typed.split()
    refused = operator.post(f"{PAGE}web/", {"addresses": "http://169.254.169.254/"}, follow=True).content.decode()
    assert "Nothing may be imported from 169.254.169.254" in refused and Import.objects.count() == 1


def test_a_refused_address_keeps_all_that_was_typed_and_says_which_line_and_why(
    operator: Client, world: World, settings: object
) -> None:
    settings.KNOWLEDGE_HOSTS = ["help.example.com"]  # type: ignore[attr-defined]
    typed = "https://help.example.com/a\r\n\r\nhttp://169.254.169.254/\r\nftp://help.example.com/b"
    page = operator.post(f"{PAGE}web/", {"addresses": typed})
    text = page.content.decode()
    assert page.status_code == 200 and not Import.objects.exists()
    assert typed in text
    assert "Line 3, http://169.254.169.254/: Nothing may be imported from 169.254.169.254" in text
    assert "Line 4, ftp://help.example.com/b: That is no web address" in text and "Line 1," not in text


@pytest.fixture
def embedding_version(world: World) -> ModelVersion:
    model = RegisteredModel.objects.create(name="bge")
    return ModelVersion.objects.create(
        model=model, number=2, state="ready", kind="embedder", source="path", path="/nowhere", created_by="test"
    )


def test_an_index_is_begun_watched_and_given_up_while_the_old_one_answers(
    operator: Client, embedding_version: ModelVersion
) -> None:
    page = operator.get("/console/indexes/").content.decode()
    assert inference.EMBEDDER_ID in page and "384" in page and 'value="bge@2"' in page
    operator.post("/console/indexes/", {"embedder": "bge@2", "languages": "zh"})
    index = EmbeddingIndex.objects.get(state="building")
    assert (index.embedder, index.languages) == ("bge@2", ["zh"])
    assert audit_events(action="index.build_started").get().actor_label == "operator-person"
    EmbeddingIndex.objects.filter(pk=index.pk).update(done=1, total=4)
    state = operator.get(f"/console/indexes/{index.pk}/state/").json()
    assert state == {"state": "building", "label": "1 of 4 passages", "progress": 25}
    assert "Being built beside it" in operator.get("/console/indexes/").content.decode()
    assert "bge@2" in operator.get(PAGE).content.decode()
    operator.post(f"/console/indexes/{index.pk}/cancel/")
    assert EmbeddingIndex.objects.get(state="active").embedder == inference.EMBEDDER_ID
    assert operator.get(f"/console/indexes/{index.pk}/state/").json()["state"] == "retired"
    assert audit_events(action="index.build_cancelled").get().actor_label == "operator-person"


def test_a_build_that_failed_says_why_and_can_be_gone_on_with(
    operator: Client, embedding_version: ModelVersion
) -> None:
    operator.post("/console/indexes/", {"embedder": "bge@2", "languages": ""})
    failure = "The model runtime refused the request: too long"
    EmbeddingIndex.objects.filter(state="building").update(state="failed", failure=failure)
    assert failure in operator.get("/console/indexes/").content.decode()
    operator.post("/console/indexes/", {"embedder": "bge@2", "languages": ""})
    index = EmbeddingIndex.objects.get(state="building")
    assert index.failure == ""


def test_a_model_that_is_not_there_is_named(operator: Client, embedding_version: ModelVersion) -> None:
    page = operator.post("/console/indexes/", {"embedder": "bge@9"}, follow=True).content.decode()
    assert "bge@9" in page and not EmbeddingIndex.objects.filter(state="building").exists()
    assert "Choose an embedding model." in operator.post("/console/indexes/", {}, follow=True).content.decode()


def test_the_page_of_an_embedding_model_leads_to_its_index(
    operator: Client, embedding_version: ModelVersion
) -> None:
    page = operator.get(f"/console/models/versions/{embedding_version.pk}/").content.decode()
    assert "/console/indexes/?embedder=bge%402" in page
