"""What ships with Parley is registered like any other model, once."""

import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.moderation.policy import SHIPPED
from apps.registry.models import Kind, ModelVersion
from apps.registry.selectors import alias_target, target_named
from config import starter


@pytest.mark.django_db
def test_the_first_start_registers_the_shipped_models_behind_their_aliases_and_the_next_adds_none(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODELS_DIR = tmp_path
    monkeypatch.setattr(starter, "_reranker", lambda: None)  # it is made of a package that may not be installed
    starter.shipped_register()
    assert alias_target(starter.ALIAS).version.kind == Kind.GENERATOR
    asked = target_named(SHIPPED).version
    assert asked.kind == Kind.CLASSIFIER and asked.labels == ["harmless", "offensive"]
    starter.shipped_register()
    assert ModelVersion.objects.count() == 2


@pytest.mark.django_db
def test_a_release_with_another_model_leaves_the_files_of_the_one_that_may_be_loaded(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A runtime has them mapped."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    settings.STARTER_DIR = Path(shutil.copytree(settings.STARTER_DIR, tmp_path / "starter"))
    monkeypatch.setattr(starter, "_reranker", lambda: None)

    def served() -> dict[Path, tuple[int, int]]:
        files = Path(alias_target(starter.ALIAS).version.path).iterdir()
        return {file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in files if file.is_file()}

    starter.shipped_register()
    before = served()
    with (settings.STARTER_DIR / "config.json").open("a") as config:
        config.write("\n")
    starter.shipped_register()
    assert not served().keys() & before.keys()
    assert {file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in before} == before
