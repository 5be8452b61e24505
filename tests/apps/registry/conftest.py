"""The folder that versions lie in."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.apps.judged import one_check_for_the_same_files

__all__ = ["one_check_for_the_same_files"]  # a fixture


@pytest.fixture
def models_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    return settings.MODELS_DIR
