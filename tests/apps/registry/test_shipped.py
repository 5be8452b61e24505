"""What ships with Parley is registered like any other model, once."""

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
