"""The folder that versions lie in; and one check of the runtime's judge for all tests of the same files."""

import functools
import hashlib
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.registry.services import version
from apps.registry.verdict import FolderVerdict, folder_judge

_VERDICTS: dict[str, FolderVerdict] = {}


@pytest.fixture
def models_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    return settings.MODELS_DIR


@pytest.fixture(autouse=True)
def one_check_for_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check imports torch and transformers, which takes seconds; what it says follows from the files."""

    @functools.wraps(folder_judge)
    def judge(folder: Path, *, tried: bool = True) -> FolderVerdict:
        digest = hashlib.sha256()
        for path in sorted(folder.iterdir()):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        files = digest.hexdigest()
        if files not in _VERDICTS:
            _VERDICTS[files] = folder_judge(folder, tried=tried)
        return _VERDICTS[files]

    monkeypatch.setattr(version, "folder_judge", judge)
