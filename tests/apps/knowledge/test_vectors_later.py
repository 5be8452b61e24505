"""Documents that are found by their words at once and get vectors behind, as the demo's at the first start."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.core.actor import SYSTEM
from apps.core.errors import Unavailable
from apps.inference import services as inference
from apps.knowledge.indexing import build, fill
from apps.knowledge.indexing.build import active_fill, builds_recover
from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.models import Collection, EmbeddingIndex, IndexState, Passage, PassageVector
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.search import search
from apps.knowledge.selectors import embedding_indexes
from apps.knowledge.services import folders_import
from apps.knowledge.tasks import index_look
from config.serving.worker import jobs_work

from .conftest import Import, fake_embed

pytestmark = pytest.mark.django_db

QUESTION = "Who founded the company?"


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "PORTION", 2)
    monkeypatch.setattr(fill, "PAUSE", 0.0)


@pytest.fixture
def two(pages: Path) -> list[Collection]:
    """The collections of the English and of the Chinese pages, without a vector."""
    folders_import(actor=SYSTEM, folders={"first": pages / "en", "second": pages / "zh"}, vectors=False)
    return list(Collection.objects.order_by("created_at"))


def uses_vectors(collection: Collection) -> bool:
    return scope_of([collection.pk], "en").index is not None


def test_documents_answer_by_their_words_before_they_have_vectors(
    two: list[Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**asked: object) -> None:
        raise AssertionError("nothing is embedded yet, not even the question")

    monkeypatch.setattr(inference, "embed_sync", refuse)
    assert not PassageVector.objects.exists()
    found = search(collection_ids=[two[0].pk], question=QUESTION)
    assert "Lin Yu" in found.passages[0].text


def test_a_worker_is_woken_that_makes_the_vectors_and_searches_use_them(two: list[Collection]) -> None:
    assert ProcrastinateJob.objects.filter(task_name="knowledge.vectors").count() == 1
    assert not uses_vectors(two[0])
    active_fill()
    assert not Passage.objects.exclude(vectors__index=index_active()).exists()
    assert uses_vectors(two[0])
    assert search(collection_ids=[two[0].pk], question=QUESTION).passages[0].scores.dense_rank == 1


def test_the_oldest_collection_gets_its_vectors_first_and_the_index_tells_how_many_there_are(
    two: list[Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def embed(*, texts: Sequence[str], purpose: str, language: str) -> list[list[float]]:
        with_vectors = PassageVector.objects.values_list("collection__slug", flat=True)
        progress = embedding_indexes(actor=SYSTEM)[0]
        assert progress.filling and progress.index.done == len(with_vectors)
        told.append((sorted(set(with_vectors)), progress.index.total))
        return fake_embed(texts=texts, purpose=purpose)

    monkeypatch.setattr(inference, "embed_sync", embed)
    active_fill()
    assert {total for _, total in told} == {Passage.objects.count()}
    assert [slugs for slugs, _ in told] == sorted(slugs for slugs, _ in told)  # none, the first, then both
    assert told[-1][0] == ["first", "second"]
    assert not embedding_indexes(actor=SYSTEM)[0].filling


def test_the_few_that_have_a_vector_are_not_preferred_for_it(two: list[Collection]) -> None:
    filling = fill.index_fill(index_active())
    next(filling)
    assert PassageVector.objects.filter(collection=two[0]).count() == 2 < two[0].passages.count() / 2
    assert not uses_vectors(two[0])


def test_answers_that_were_kept_do_not_outlive_the_vectors(two: list[Collection]) -> None:
    before = {one.slug: one.version for one in two}
    active_fill()
    after = {one.slug: one.version for one in Collection.objects.all()}
    assert all(after[slug] > version for slug, version in before.items())


@pytest.fixture
def english_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A runtime that serves the model for English and not the one for Chinese."""

    def embed(*, texts: Sequence[str], purpose: str, language: str = "en") -> list[list[float]]:
        if language == "zh":
            raise Unavailable("no such model here")
        return fake_embed(texts=texts, purpose=purpose)

    monkeypatch.setattr(inference, "embed_sync", embed)


def lacking() -> set[str]:
    return set(Passage.objects.filter(vectors=None).values_list("language", flat=True))


def test_a_model_that_is_away_holds_up_neither_the_other_language_nor_the_clearing_away(
    two: list[Collection], english_only: None
) -> None:
    Collection.objects.filter(pk=two[0].pk).update(created_at=timezone.now())  # the Chinese one is the older
    long_ago = timezone.now() - timedelta(hours=1)
    EmbeddingIndex.objects.create(embedder="old@1", dimension=384, state=IndexState.RETIRED, retired_at=long_ago)
    with pytest.raises(Unavailable, match="no such model here"):
        builds_recover()
    assert lacking() == {"zh"}
    assert not EmbeddingIndex.objects.filter(state=IndexState.RETIRED).exists()


@pytest.fixture
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test says when it is time for a job."""
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})


@pytest.mark.django_db(transaction=True)
def test_ten_looks_while_a_model_is_away_leave_no_job_behind(
    two: list[Collection], english_only: None, no_clock: None, caplog: pytest.LogCaptureFixture
) -> None:
    for minute in range(10):
        index_look.defer(timestamp=minute)
        asyncio.run(jobs_work(wait=False))
        assert not ProcrastinateJob.objects.exists()
    assert caplog.text.count("vectors have to wait: no such model here") >= 10
    assert lacking() == {"zh"}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_is_told_in_the_log_and_not_kept(
    no_clock: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(build, "builds_recover", fail)
    index_look.defer(timestamp=0)
    asyncio.run(jobs_work(wait=False))
    assert "ZeroDivisionError" in caplog.text
    assert not ProcrastinateJob.objects.exists()


def test_answers_that_were_kept_stay_while_nothing_new_can_be_compared(
    two: list[Collection], english_only: None
) -> None:
    with pytest.raises(Unavailable):
        active_fill()
    before = {one.slug: one.version for one in Collection.objects.all()}
    with pytest.raises(Unavailable):
        active_fill()
    assert {one.slug: one.version for one in Collection.objects.all()} == before


def test_chinese_files_come_in_without_their_model_and_get_vectors_once_it_is_there(
    pages: Path, import_into: Import, english_only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not import_into("help", pages).failed
    assert lacking() == {"zh"}
    found = search(collection_ids=[Collection.objects.get().pk], question="炉边会员的退货期有多少天？")
    assert "45 天" in found.passages[0].text
    monkeypatch.setattr(inference, "embed_sync", fake_embed)
    builds_recover()
    assert not lacking()
