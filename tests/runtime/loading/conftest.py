"""One tiny classifier of texts and one of images, to be copied and broken."""

import shutil
from pathlib import Path

import pytest

from tests.runtime.support.pooled_checkpoints import make_classifier, make_image_classifier


@pytest.fixture(scope="session")
def good_classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT classifier of three classes; read only."""
    return make_classifier(tmp_path_factory.mktemp("classifier") / "model")


@pytest.fixture(scope="session")
def good_image_classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ViT classifier of three classes; read only."""
    return make_image_classifier(tmp_path_factory.mktemp("images") / "model")


@pytest.fixture
def classifier(good_classifier: Path, tmp_path: Path) -> Path:
    """A copy that the test may break."""
    return Path(shutil.copytree(good_classifier, tmp_path / "classifier"))


@pytest.fixture
def image_classifier(good_image_classifier: Path, tmp_path: Path) -> Path:
    """A copy that the test may break."""
    return Path(shutil.copytree(good_image_classifier, tmp_path / "images"))
