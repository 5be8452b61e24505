"""After an upgrade with another packaged model no question is compared with vectors of the one before."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Protocol

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from apps.core.actor import SYSTEM
from apps.inference import services as inference
from apps.knowledge.indexing import build, fill, indexes
from apps.knowledge.indexing.embedder import maker
from apps.knowledge.indexing.indexes import index_active, languages_outdated
from apps.knowledge.models import Collection, Passage, PassageVector
from apps.knowledge.retrieval import scope
from apps.knowledge.retrieval.search import search
from apps.knowledge.services import passage_edit
from tests.apps.knowledge.conftest import fake_embed

pytestmark = pytest.mark.django_db
QUESTION = "退货期有多少天？"


class Release(Protocol):
    made: list[tuple[str, str]]

    def __call__(self, name: str, began: datetime | None = None) -> None: ...


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    """Makes this process one of a release whose Chinese model has that name and vectors of its own, begun now."""

    def begin(name: str, began: datetime | None = None) -> None:
        def embed(*, texts: list[str], purpose: str, language: str = "en") -> list[list[float]]:
            said = [f"{name} {text}" if language == "zh" else text for text in texts]
            made.extend((language, text) for text in texts)
            return fake_embed(texts=said, purpose=purpose, language=language)

        maker.cache_clear()
        scope._scopes.clear()  # it is a new process
        monkeypatch.setattr(indexes, "STARTED", began or timezone.now())
        monkeypatch.setattr(inference, "packaged_id", {"en": inference.EMBEDDER_ID, "zh": name}.__getitem__)
        monkeypatch.setattr(inference, "embed_sync", embed)

    made: list[tuple[str, str]] = []
    begin.made = made  # type: ignore[attr-defined]
    yield begin
    maker.cache_clear()


def cosine(collection: Collection, question: str = QUESTION) -> float | None:
    found = search(collection_ids=[collection.pk], question=question).passages
    assert found  # by its words at least
    return found[0].scores.cosine if found[0].scores else None


def vectors_of(language: str) -> set[int]:
    return set(PassageVector.objects.filter(language=language).values_list("pk", flat=True))


def versions() -> list[int]:
    return list(Collection.objects.values_list("version", flat=True))


def test_another_adapter_makes_chinese_vectors_anew_and_searches_go_by_words_meanwhile(
    help_pages: Collection, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, english = cosine(help_pages), vectors_of("en")
    release("e5-2")
    assert cosine(help_pages) is None and cosine(help_pages, "How many days is the return period?") is not None
    monkeypatch.setattr(fill, "PORTION", 1)
    meanwhile: list[float | None] = []
    real = fill._portion

    def portion(*args: object) -> int:
        meanwhile.append(cosine(help_pages))
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(fill, "_portion", portion)
    cached = versions()
    build.builds_recover()
    assert meanwhile[0] is None and all(now > then for now, then in zip(versions(), cached, strict=True))
    after = cosine(help_pages)
    assert after is not None and after != before and languages_outdated(index_active()) == []
    assert vectors_of("en") == english
    release.made.clear()
    build.builds_recover()
    assert release.made == []


def test_nothing_is_stored_beside_vectors_of_another_release(help_pages: Collection, release: Release) -> None:
    passage = Passage.objects.filter(language="zh").first()
    assert passage is not None
    release("e5-2")
    passage_edit(actor=SYSTEM, passage_id=passage.pk, text="退货期是六十天。")
    assert not PassageVector.objects.filter(passage=passage).exists()
    build.builds_recover()
    assert PassageVector.objects.filter(passage=passage).exists()


def test_other_means_make_other_vectors_too(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("means") / "centres-zh.json"
    other.write_text("{}")
    monkeypatch.setattr("apps.knowledge.indexing.embedder.CENTRES", other.parent)
    maker.cache_clear()
    try:
        assert languages_outdated(index_active()) == ["zh"]
    finally:
        maker.cache_clear()


def test_an_installation_of_before_gets_vectors_of_the_adapted_model_and_an_earlier_release_finds_none_of_them(
    help_pages: Collection,
) -> None:
    operation = import_module("apps.knowledge.migrations.0027_index_makers").Migration.operations[1]
    editor = SimpleNamespace(connection=connection)
    index = index_active()
    index.makers = {}
    index.save()
    operation.code(apps, editor)
    scope._scopes.clear()
    assert languages_outdated(index_active()) == ["zh"] and cosine(help_pages) is None
    build.builds_recover()
    assert cosine(help_pages) is not None
    operation.reverse_code(apps, editor)
    assert set(PassageVector.objects.values_list("language", flat=True)) == {"en"}


def test_of_two_releases_at_once_the_one_started_last_makes_the_vectors_and_the_other_leaves_them(
    help_pages: Collection, release: Release
) -> None:
    earlier = timezone.now()
    release("e5-2")
    later = timezone.now()
    build.builds_recover()
    passage = Passage.objects.filter(language="zh").first()
    english = Passage.objects.filter(language="en").first()
    assert passage is not None and english is not None
    PassageVector.objects.filter(passage=english).delete()
    made = vectors_of("zh")
    release("e5-1", earlier)
    build.builds_recover()  # what both make alike anybody makes
    cached = versions()
    build.builds_recover()
    assert vectors_of("zh") == made and versions() == cached and cosine(help_pages) is None
    assert PassageVector.objects.filter(passage=english).exists()
    passage_edit(actor=SYSTEM, passage_id=passage.pk, text="退货期是六十天。")
    build.builds_recover()
    assert not PassageVector.objects.filter(passage=passage).exists()
    release("e5-2", later)
    build.builds_recover()
    assert PassageVector.objects.filter(passage=passage).exists() and cosine(help_pages) is not None
    assert made - vectors_of("zh") and len(made & vectors_of("zh")) == len(made) - 1
    release("e5-1")  # somebody goes back to it
    build.builds_recover()
    assert not made & vectors_of("zh") and cosine(help_pages) is not None


def test_what_another_worker_has_made_anew_meanwhile_is_not_dropped_again(
    help_pages: Collection, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    release("e5-2")
    only_builder = build._only_builder

    def beside(index: build.EmbeddingIndex) -> AbstractContextManager[bool]:
        monkeypatch.setattr(build, "_only_builder", only_builder)
        build.builds_recover()
        made.extend(vectors_of("zh"))
        return only_builder(index)

    made: list[int] = []
    monkeypatch.setattr(build, "_only_builder", beside)
    build.builds_recover()
    assert made and vectors_of("zh") == set(made)


def test_a_build_that_another_release_began_is_gone_on_with_by_the_present_model(
    help_pages: Collection, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(build, "index_swap", fail)
        build.index_build(actor=SYSTEM, embedder=inference.EMBEDDER_ID)
    release("e5-2")
    build.builds_recover()
    for index in build.EmbeddingIndex.objects.filter(state="building"):
        build.build_run(index.pk)
    assert languages_outdated(index_active()) == [] and cosine(help_pages) is not None
    made = {text for language, text in release.made if language == "zh"}
    assert any("退货" in text for text in made)
