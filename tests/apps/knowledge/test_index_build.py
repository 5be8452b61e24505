"""Changing the embedding model: answers go on with the old index until the new one is complete."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from apps.audit.models import AuditEvent
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput, Conflict, NotFound, Unavailable
from apps.core.language import detect_language
from apps.inference import services as inference
from apps.knowledge.indexing import build, fill
from apps.knowledge.indexing.build import build_run, builds_recover, index_build, index_build_cancel
from apps.knowledge.indexing.indexes import index_active, indexes_unfinished
from apps.knowledge.indexing.swap import index_swap
from apps.knowledge.models import Collection, EmbeddingIndex, IndexState, Passage, PassageVector
from apps.knowledge.retrieval.candidates import Candidate, find_candidates, question_prepare
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.tokens import question_tokens
from apps.registry.models import Alias, ModelVersion, RegisteredModel
from apps.registry.selectors import Target

from .conftest import Import, fake_embed

pytestmark = pytest.mark.django_db

MODEL = inference.EMBEDDER_ID
REMOTE = {"source": "endpoint", "state": "ready", "base_url": "http://127.0.0.1:1/v1", "remote_model": "m3"}


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "PORTION", 2)
    monkeypatch.setattr(fill, "PAUSE", 0.0)


class Embedded:
    """Texts that went through the model, and what happens before the next ones do."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.before: Callable[[], None] = lambda: None

    def __call__(self, *, texts: Sequence[str], purpose: str, language: str = "en") -> list[list[float]]:
        self.before()
        self.texts += texts
        return fake_embed(texts=texts, purpose=purpose)


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Embedded:
    made = Embedded()
    monkeypatch.setattr(inference, "embed_sync", made)
    return made


def candidates(collection: Collection, text: str) -> list[Candidate]:
    scope = scope_of([collection.pk], detect_language(text))
    return find_candidates(scope, question_prepare(scope, text, question_tokens(text)))


def wanting() -> set[str]:
    """Names of the documents that have a passage without a vector in the index in use."""
    without = Passage.objects.exclude(vectors__index=index_active())
    return set(without.values_list("document__name", flat=True))


def test_answers_come_from_the_old_index_until_the_new_one_is_complete(help_pages: Collection) -> None:
    old, seen = index_active(), []

    def look(index: EmbeddingIndex) -> None:
        nearest = candidates(help_pages, "Who founded the company?")[0]
        seen.append((index_active().pk, nearest.scores.dense_rank))

    new = index_build(actor=SYSTEM, embedder=MODEL, progress=look)
    assert len(seen) > 2
    assert set(seen) == {(old.pk, 1)}
    assert index_active() == new
    assert wanting() == set()


def test_what_is_imported_during_a_build_is_in_both_indexes(
    help_pages: Collection, import_into: Import, tmp_path, embedded: Embedded
) -> None:
    (tmp_path / "ribbon.txt").write_text("The ribbon comes in ochre, moss green and midnight blue.")

    def import_once(index: EmbeddingIndex) -> None:
        if not Passage.objects.filter(document__name="ribbon.txt").exists():
            import_into("help", tmp_path / "ribbon.txt")
            vectors = PassageVector.objects.filter(passage__document__name="ribbon.txt")
            assert set(vectors.values_list("index", flat=True)) == {index_active().pk, index.pk}

    index_build(actor=SYSTEM, embedder=MODEL, progress=import_once)
    assert wanting() == set()


def test_a_passage_that_comes_in_without_a_vector_at_the_last_moment_delays_the_swap(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    swaps: list[bool] = []

    def late(index: EmbeddingIndex) -> bool:
        if not swaps:
            PassageVector.objects.filter(passage__document__name="zh/lamp.md", index=index).delete()
        swaps.append(index_swap(index))
        return swaps[-1]

    monkeypatch.setattr(build, "index_swap", late)
    index_build(actor=SYSTEM, embedder=MODEL)
    assert swaps == [False, True]
    assert wanting() == set()


def test_a_model_that_refuses_leaves_the_old_index_in_use_and_its_cause_to_read(
    help_pages: Collection, embedded: Embedded
) -> None:
    old = index_active()

    portions = iter([None, None])  # the probe's and the first

    def after_some() -> None:
        if next(portions, "over") == "over":
            raise BadInput("too long for the model")

    embedded.before = after_some
    with pytest.raises(BadInput):
        index_build(actor=SYSTEM, embedder=MODEL)
    [failed] = indexes_unfinished()
    assert (failed.state, failed.failure) == (IndexState.FAILED, "too long for the model")
    assert index_active() == old
    assert AuditEvent.objects.get(action="index.build_failed").data["cause"] == "too long for the model"


def test_a_build_that_is_tried_again_embeds_only_what_is_missing(
    help_pages: Collection, embedded: Embedded
) -> None:
    def die(_index: EmbeddingIndex) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index_build(actor=SYSTEM, embedder=MODEL, progress=die)
    first, embedded.texts[:] = set(embedded.texts), []
    [left] = indexes_unfinished()
    done = set(PassageVector.objects.filter(index=left).values_list("passage", flat=True))
    build_run(left.pk)
    assert index_active() == left
    assert len(done) == 2
    own = {p.text for p in Passage.objects.filter(pk__in=done)}
    assert not [text for text in embedded.texts if text in first and any(text in whole for whole in own)]


def test_while_nobody_can_be_asked_a_build_waits_and_the_worker_goes_on_with_it(
    help_pages: Collection, embedded: Embedded
) -> None:
    def away() -> None:
        raise Unavailable("no runtime answers")

    def cut(_index: EmbeddingIndex) -> None:
        embedded.before = away

    with pytest.raises(Unavailable):
        index_build(actor=SYSTEM, embedder=MODEL, progress=cut)
    [waiting] = indexes_unfinished()
    assert (waiting.state, waiting.failure) == (IndexState.BUILDING, "no runtime answers")
    embedded.before = lambda: None
    build_run(waiting.pk)
    assert index_active() == waiting
    assert index_active().failure == ""


def test_a_build_that_was_given_up_ends_and_the_old_index_stays(help_pages: Collection) -> None:
    old = index_active()
    with pytest.raises(Conflict):
        index_build(
            actor=SYSTEM,
            embedder=MODEL,
            progress=lambda index: index_build_cancel(actor=SYSTEM, index_id=index.pk),
        )
    assert index_active() == old
    assert indexes_unfinished() == []


def test_only_one_index_is_built_at_a_time(help_pages: Collection) -> None:
    def second(_index: EmbeddingIndex) -> None:
        with pytest.raises(Conflict):
            index_build(actor=SYSTEM, embedder=MODEL, languages=["zh"])

    index_build(actor=SYSTEM, embedder=MODEL, progress=second)


def test_the_old_index_is_taken_away_once_no_search_can_be_looking_into_it(help_pages: Collection) -> None:
    old = index_active()
    index_build(actor=SYSTEM, embedder=MODEL)
    builds_recover()
    assert PassageVector.objects.filter(index=old).exists()
    retired = EmbeddingIndex.objects.get(pk=old.pk)
    EmbeddingIndex.objects.filter(pk=old.pk).update(retired_at=retired.retired_at - timedelta(minutes=2))
    builds_recover()
    assert not EmbeddingIndex.objects.filter(pk=old.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE %s", [f"vector_hnsw_{old.pk.hex}%"])
        assert cursor.fetchone() == (0,)


def test_a_vector_lost_from_the_index_in_use_is_made_anew(help_pages: Collection) -> None:
    PassageVector.objects.filter(passage__document__name="en/box.txt").delete()
    builds_recover()
    assert "en/box.txt" not in wanting()


def test_with_a_model_of_every_language_a_question_finds_what_is_written_in_another(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaning = {"Who decides the weekend rota?": "值班安排 周末值班由两人轮流负责，每班八小时。"}
    ModelVersion.objects.create(model=RegisteredModel.objects.create(name="multilingual"), number=1, **REMOTE)

    def translated(*, texts: Sequence[str], purpose: str, **_: object) -> list[list[float]]:
        return fake_embed(texts=[meaning.get(text, text) for text in texts], purpose=purpose)

    monkeypatch.setattr(inference, "embed_sync", translated)
    question = next(iter(meaning))
    before = search(collection_ids=[help_pages.pk], question=question)
    assert {passage.language for passage in before.passages} == {"en"}
    index_build(actor=SYSTEM, embedder="multilingual@1")
    after = search(collection_ids=[help_pages.pk], question=question)
    assert "zh" in {passage.language for passage in after.passages[:2]}
    assert candidates(help_pages, "周末值班由几个人负责？")[0].scores.dense_rank == 1


@pytest.mark.parametrize("dimension", [512, 1024, 2560])
def test_an_index_takes_vectors_of_any_length(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch, dimension: int
) -> None:
    def other(*, texts: Sequence[str], purpose: str, language: str = "en") -> list[list[float]]:
        short = fake_embed(texts=texts, purpose=purpose)
        return [(row * 7)[:dimension] for row in short]

    monkeypatch.setattr(inference, "embed_sync", other)
    EmbeddingIndex.objects.filter(state=IndexState.ACTIVE).update(dimension=dimension)
    PassageVector.objects.all().delete()
    index_build(actor=SYSTEM, embedder=MODEL, languages=["en"])
    assert index_active().dimension == dimension
    assert candidates(help_pages, "Who founded the company?")[0].scores.dense_rank == 1


def test_a_model_that_changes_its_vectors_length_is_not_believed(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "embed_sync", lambda *, texts, **_: [[1.0] * 8 for _ in texts])
    with pytest.raises(Unavailable):
        search(collection_ids=[help_pages.pk], question="Who founded the company?")


def test_a_registered_model_is_asked_by_its_version_whatever_becomes_of_its_alias(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = RegisteredModel.objects.create(name="multilingual")
    first, second = (ModelVersion.objects.create(model=model, number=n, **REMOTE) for n in (1, 2))
    alias = Alias.objects.create(name="embeddings", version=first)
    asked: list[str] = []

    def ask(*, texts: Sequence[str], purpose: str, target: Target) -> list[list[float]]:
        asked.append(target.version.label)
        return [[3.0 * number for number in row[:256]] for row in fake_embed(texts=texts, purpose=purpose)]

    monkeypatch.setattr(inference, "embed_sync", ask)
    index_build(actor=SYSTEM, embedder="embeddings")
    alias.version = second
    alias.save()
    assert candidates(help_pages, "退货期有多少天？")[0].scores.cosine <= 1
    assert index_active().embedder == "multilingual@1"
    assert set(asked) == {"multilingual@1"}


def test_a_model_that_nobody_serves_is_one_clear_error(db: None) -> None:
    with pytest.raises(NotFound, match="nothing-like-it"):
        index_build(actor=SYSTEM, embedder="nothing-like-it")


def test_a_vector_too_long_for_an_index_is_refused_before_anything_is_made(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "embed_sync", lambda *, texts, **_: [[1.0] * 5000 for _ in texts])
    with pytest.raises(BadInput, match="4000"):
        index_build(actor=SYSTEM, embedder=MODEL)
    assert indexes_unfinished() == []


def test_the_command_builds_and_shows_the_index_in_use(
    help_pages: Collection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.knowledge.management.commands.kb_index import Command

    monkeypatch.setattr(Command, "needs_runtime", False)
    call_command("kb_index", "build", MODEL, "--languages", "en", "zh")
    assert capsys.readouterr().out.startswith("active    all-minilm-l6-v2   en, zh   384 numbers")
