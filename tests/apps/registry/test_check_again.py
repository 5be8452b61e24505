"""A check that could not run here says nothing about the folder: its files stay, and it is checked again."""

import shutil
import sys
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput, Conflict
from apps.registry import verdict
from apps.registry.models import ModelVersion, VersionState
from apps.registry.selectors import version_checkable
from apps.registry.services import model_register_path, version_check_again
from apps.registry.services import version as version_service
from apps.registry.tasks import check_run
from apps.registry.verdict import FolderVerdict, folder_judge

MISSING = "The check cannot run here: No module named 'torch'."


def unjudged(tiny_model: Path) -> ModelVersion:
    """A version that came in while a library was missing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(version_service, "folder_judge", lambda folder, tried: FolderVerdict(MISSING, ours=True))
        with pytest.raises(BadInput, match="torch"):
            model_register_path(actor=SYSTEM, name="tiny", path=tiny_model)
    return ModelVersion.objects.get()


@pytest.mark.django_db
def test_files_that_could_not_be_judged_stay_and_are_taken_once_they_can_be(
    models_dir: Path, tiny_model: Path
) -> None:
    version = unjudged(tiny_model)
    assert version.state == VersionState.REJECTED and version_checkable(version)
    again = version_check_again(actor=SYSTEM, version_id=version.id)
    assert (again.state, again.rejection) == (VersionState.CHECKING, "")
    assert ProcrastinateJob.objects.filter(args__version_id=str(version.id)).count() == 1
    check_run(version.id)
    version.refresh_from_db()
    assert (version.state, version.rejection) == (VersionState.READY, "")
    assert audit_events(action="version.check_again").count() == 1


@pytest.mark.django_db
def test_a_folder_that_is_bad_after_all_is_removed_and_not_checked_a_third_time(
    models_dir: Path, tiny_model: Path
) -> None:
    version = unjudged(tiny_model)
    (Path(version.path) / "config.json").write_text("{}")
    assert version_check_again(actor=SYSTEM, version_id=version.id, wait=True).state == VersionState.REJECTED
    assert list(models_dir.iterdir()) == []
    with pytest.raises(Conflict):
        version_check_again(actor=SYSTEM, version_id=version.id)


@pytest.mark.django_db
def test_a_version_in_use_is_not_checked_again(models_dir: Path, tiny_model: Path) -> None:
    version = model_register_path(actor=SYSTEM, name="tiny", path=tiny_model)
    with pytest.raises(Conflict):
        version_check_again(actor=SYSTEM, version_id=version.id)
    version.refresh_from_db()
    assert version.state == VersionState.READY


@pytest.mark.parametrize("status", [1, 2])
def test_only_a_judge_that_lacks_a_library_leaves_the_folder_unjudged(
    status: int, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = tmp_path / "judge"
    judge.write_text(f'#!{shutil.which("sh")}\necho \'{{"ok": false, "reason": "Why."}}\'\nexit {status}\n')
    judge.chmod(0o700)
    monkeypatch.setattr(verdict.sys, "executable", str(judge))
    assert folder_judge(tiny_model) == FolderVerdict("Why.", ours=status == 2)


def test_the_judge_says_by_its_exit_status_that_a_library_is_missing(tiny_model: Path, tmp_path: Path) -> None:
    """What the two sides agree on: the real judge, from an interpreter that has no torch."""
    blind = tmp_path / "python"
    code = (
        "import runpy, sys; sys.argv = ['x', *sys.argv[3:]]; runpy.run_module('model_runtime', run_name='__main__')"
    )
    hidden = tmp_path / "hidden" / "torch"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\")")
    blind.write_text(
        f'#!{shutil.which("sh")}\nexport PYTHONPATH={hidden.parent}:$PWD\nexec {sys.executable} -c "{code}" "$@"\n'
    )
    blind.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdict.sys, "executable", str(blind))
        found = folder_judge(tiny_model)
    assert found.ours and "torch" in found.reason
