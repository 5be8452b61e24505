"""A version that nobody uses is put away; what is in service, or could be put back, is not."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.registry.files import version_folder
from apps.registry.models import Kind, ModelVersion, RegisteredModel, VersionState
from apps.registry.selectors import reason_shown, version_discardable
from apps.registry.services import alias_move, version_discard


@pytest.fixture
def versions(db: None, settings: LazySettings, tmp_path: Path) -> list[ModelVersion]:
    settings.MODELS_DIR = tmp_path
    model = RegisteredModel.objects.create(name="tiny")
    made = [
        ModelVersion.objects.create(model=model, number=number, state=VersionState.READY, source="upload")
        for number in (1, 2, 3)
    ]
    for version in made:
        version.path = str(version_folder(version.pk))
        version.save()
        Path(version.path).mkdir()
    return made


def move(version: ModelVersion) -> None:
    alias_move(actor=SYSTEM, alias="production", version=version, quantization="none", reason="test")


@pytest.mark.django_db(transaction=True)
def test_a_version_that_nobody_uses_goes_with_its_files_and_keeps_its_number(versions: list[ModelVersion]) -> None:
    version = version_discard(actor=SYSTEM, version_id=versions[0].pk)
    assert version.state == VersionState.REJECTED and "put away" in reason_shown(version.rejection)
    assert not Path(version.path).exists() and Path(versions[1].path).exists()
    assert version.label == "tiny@1" and audit_events(action="version.discarded").count() == 1


def test_what_stands_behind_a_name_or_stood_there_before_stays(versions: list[ModelVersion]) -> None:
    for version in versions:
        move(version)
    assert [version_discardable(version) for version in versions] == [True, False, False]
    for version in versions[1:]:
        with pytest.raises(Conflict):
            version_discard(actor=SYSTEM, version_id=version.pk)
    assert Path(versions[1].path).exists()


def test_a_version_that_was_put_away_meanwhile_gets_no_name(versions: list[ModelVersion]) -> None:
    version_discard(actor=SYSTEM, version_id=versions[0].pk)
    with pytest.raises(Conflict):
        move(versions[0])  # as it was read before


def test_classifiers_stay_because_policies_name_them(versions: list[ModelVersion]) -> None:
    versions[0].kind = Kind.CLASSIFIER
    versions[0].save()
    assert not version_discardable(versions[0])


def test_a_folder_that_was_taken_over_where_it_lay_stays(versions: list[ModelVersion], tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    versions[0].path = str(own)
    versions[0].save()
    version_discard(actor=SYSTEM, version_id=versions[0].pk)
    assert own.exists()
