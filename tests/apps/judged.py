"""One check of the runtime's judge for all tests of the same files."""

import functools
import hashlib
from pathlib import Path

import pytest

from apps.registry.services import version
from apps.registry.verdict import FolderVerdict, folder_judge

_VERDICTS: dict[tuple[str, bool], FolderVerdict] = {}


@pytest.fixture(autouse=True)
def one_check_for_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check imports torch and transformers, which takes seconds; what it says follows from the files."""

    @functools.wraps(folder_judge)
    def judge(folder: Path, *, tried: bool = True) -> FolderVerdict:
        asked = _digest(folder), tried
        if (verdict := _VERDICTS.get(asked)) is None:
            verdict = folder_judge(folder, tried=tried)
            if not verdict.ours:
                _VERDICTS[asked] = verdict
        return verdict

    monkeypatch.setattr(version, "folder_judge", judge)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
