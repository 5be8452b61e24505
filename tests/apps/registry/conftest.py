"""A tiny model folder that the intake accepts."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture
def models_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    return settings.MODELS_DIR
