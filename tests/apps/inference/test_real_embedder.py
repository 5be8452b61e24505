"""Embedding models from their files to a search, with the real judge and the real runtime."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from apps.core.actor import SYSTEM
from apps.core.errors import BadInput, Conflict
from apps.inference import services as inference
from apps.inference.calls.trial import try_once
from apps.inference.errors import RuntimeUnavailable
from apps.inference.services import alias_activate, version_try
from apps.knowledge.indexing import build, fill
from apps.knowledge.indexing.embedder import embedder_targets
from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.models import Collection, EmbeddingIndex
from apps.knowledge.retrieval.search import search
from apps.knowledge.services import collection_import
from apps.registry.models import Kind, ModelVersion, VersionState
from apps.registry.selectors import Target, target_for
from apps.registry.services import (
    model_register_endpoint,
    model_register_path,
    upload_append,
    upload_finish,
    upload_start,
    version_check,
)
from tests.runtime.support.checkpoints import make_encoder
from tests.runtime.support.concepts import make_concept_encoder

pytestmark = pytest.mark.django_db
PAGES = {
    "保修.md": "# 保修\n\n台灯保修三年。\n",
    "退货.md": "# 退货\n\n退货三十天。\n",
    "warranty.md": "# Lamps\n\nLamps are sold in Kunshan.\n",
}


def sentence_folder(folder: Path, make: Callable[[Path], Path], pooling: str = "mean", tokens: int = 64) -> Path:
    """The layout of sentence-transformers."""
    make(folder)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": pooling}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": tokens}))
    kinds = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    steps = [{"path": path, "type": f"sentence_transformers.models.{kind}"} for _, path, kind in kinds]
    (folder / "modules.json").write_text(json.dumps(steps))
    return folder


@pytest.fixture(scope="session")
def concepts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sentence_folder(tmp_path_factory.mktemp("embedders") / "concepts", make_concept_encoder)


@pytest.fixture
def version(concepts: Path, runtime: str) -> ModelVersion:
    return model_register_path(actor=SYSTEM, name="concepts", path=concepts)


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packaged embedder's place is taken by constant vectors; a registered one is really asked."""
    real = inference.embed_sync

    def embed(
        *, texts: Sequence[str], purpose: str, target: Target | None = None, language: str = "en"
    ) -> list[list[float]]:
        return real(texts=texts, purpose=purpose, target=target) if target else [[1.0] + [0.0] * 383] * len(texts)  # type: ignore[arg-type]

    monkeypatch.setattr(inference, "embed_sync", embed)


@pytest.fixture
def help_pages(tmp_path: Path, packaged: None) -> Collection:
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text)
    collection_import(actor=SYSTEM, collection="help", paths=[tmp_path / name for name in PAGES])
    return Collection.objects.get(slug="help")


def test_the_intake_tells_dimension_pooling_and_the_longest_text(
    tmp_path: Path, concepts: Path, settings: LazySettings
) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    mean = model_register_path(actor=SYSTEM, name="concepts", path=concepts)
    assert (mean.state, mean.kind) == (VersionState.READY, Kind.EMBEDDER)
    assert mean.embedding == {"dimension": 32, "pooling": "mean", "tokens": 64}
    assert "1_Pooling/config.json" in mean.manifest
    first = sentence_folder(tmp_path / "first", make_encoder, pooling="cls", tokens=1000)
    found = model_register_path(actor=SYSTEM, name="first", path=first).embedding
    assert found == {"dimension": 64, "pooling": "cls", "tokens": 128}
    other = sentence_folder(tmp_path / "other", make_encoder, pooling="lasttoken")
    with pytest.raises(BadInput, match="pooling"):
        model_register_path(actor=SYSTEM, name="other", path=other)


def test_the_pooling_arrives_with_an_upload(tmp_path: Path, settings: LazySettings) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    folder = sentence_folder(tmp_path / "model", make_encoder, pooling="cls")
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    declared = [{"name": name, "size": len(data)} for name, data in files.items()]
    version = upload_start(actor=SYSTEM, name="uploaded", files=declared)
    for name, data in files.items():
        upload_append(version_id=version.pk, name=name, offset=0, chunk=data)
    version = version_check(actor=SYSTEM, version=upload_finish(actor=SYSTEM, version_id=version.pk))
    assert (version.state, version.embedding.get("pooling")) == (VersionState.READY, "cls"), version.rejection
    for name in ("2_Pooling/config.json", "1_Pooling/../config.json", "1_Pooling/evil.py"):
        with pytest.raises(BadInput, match="not a file of a model"):
            upload_start(actor=SYSTEM, name="uploaded", files=[{"name": name, "size": 1}])


def test_a_trial_makes_one_vector_and_customers_are_never_answered_by_it(version: ModelVersion) -> None:
    trial = version_try(version=version, quantization="none", question="Warranty?")
    assert (trial.dimension, trial.text, trial.question) == (32, "", "Warranty?")
    with pytest.raises(Conflict, match="production"):
        alias_activate(actor=SYSTEM, alias="production", version=version, quantization="none", reason="why not")


def test_a_search_answers_with_the_old_model_until_all_passages_have_vectors_of_the_new_one(
    version: ModelVersion, help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "PORTION", 1)
    meanwhile: list[tuple[str, str]] = []

    def look(index: EmbeddingIndex) -> None:
        found = search(collection_ids=[help_pages.pk], question="Where are lamps sold?").passages
        meanwhile.append((index_active().embedder, found[0].title))

    build.index_build(actor=SYSTEM, embedder=version.label, languages=["en", "zh"], progress=look)
    assert meanwhile == [(inference.EMBEDDER_ID, "Lamps")] * len(PAGES)
    active = index_active()
    assert (active.embedder, active.dimension) == ("concepts@1", 32)
    assert [target.served_id for target in embedder_targets()] == ["concepts@1"]


def test_an_english_question_finds_a_chinese_page_by_a_multilingual_model(
    version: ModelVersion, help_pages: Collection
) -> None:
    question = "How long is the warranty?"
    before = search(collection_ids=[help_pages.pk], question=question)
    assert {passage.language for passage in before.passages} == {"en"}
    call_command("kb_index", "build", version.label, "--languages", "en", "zh")
    after = search(collection_ids=[help_pages.pk], question=question)
    assert after.passages[0].text == "台灯保修三年。"


def test_a_model_of_another_server_is_asked_for_a_vector_before_it_is_taken(
    runtime: str, version: ModelVersion, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAR_KEY", settings.RUNTIME_TOKEN)
    inference.embed_sync(texts=["x"], purpose="query", target=target_for(version))  # loads it

    def add(remote: str) -> ModelVersion:
        return model_register_endpoint(
            actor=SYSTEM,
            name="far",
            base_url=f"{runtime}/v1",
            remote_model=remote,
            key_env="FAR_KEY",
            kind=Kind.EMBEDDER,
            attempt=lambda version: try_once(target_for(version)),
        )

    far = add(version.label)
    assert (far.kind, far.state) == (Kind.EMBEDDER, VersionState.READY)
    with pytest.raises(RuntimeUnavailable):
        add("nothing-like-it")
    assert ModelVersion.objects.filter(model__name="far").count() == 1
