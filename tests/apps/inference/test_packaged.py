"""The packed Chinese embedding model becomes a folder in a process of its own."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.inference.calls import packaged
from apps.inference.calls.packaged import CHINESE, packaged_folder
from apps.inference.errors import RuntimeUnavailable


@pytest.fixture(autouse=True)
def packed(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    file = tmp_path / "packed.bin"
    file.write_bytes(b"E5S1")
    monkeypatch.setattr(packaged, "packed_embedder", lambda: file)
    return file


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """Puts a script in the place of Python; `$4` is the folder to make."""
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{does}\n")
    script.chmod(0o755)
    monkeypatch.setattr(packaged.sys, "executable", str(script))


def test_a_broken_file_is_a_model_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(RuntimeUnavailable):
        packaged_folder(CHINESE)
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == []


def test_who_unpacks_knows_none_of_the_applications_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "tell nobody")
    stand_in(tmp_path, monkeypatch, 'env > "$4"')
    made = packaged_folder(CHINESE)
    assert made is not None and "tell nobody" not in made.read_text()


def test_a_release_with_another_adapter_makes_another_folder_and_serves_another_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, 'cat "$5/adapter_model.safetensors" > "$4"')
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    made = []
    for config, weights in (("{}", "one"), ("{}", "two"), ('{"r": 2}', "two")):
        (adapter / "adapter_config.json").write_text(config)
        (adapter / "adapter_model.safetensors").write_text(weights)
        model = replace(CHINESE, adapter=adapter)
        folder = packaged_folder(model)
        assert folder is not None and folder.read_text() == weights and model.served_id in folder.name
        made.append((model.served_id, folder))
        assert packaged_folder(replace(CHINESE, adapter=adapter)) == folder
    assert len({name for name, _ in made}) == len({folder for _, folder in made}) == 3


def test_unpacking_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, 'sleep 5; touch "$4"')
    monkeypatch.setattr(packaged, "UNPACK_SECONDS", 0.2, raising=False)
    with pytest.raises(RuntimeUnavailable):
        packaged_folder(CHINESE)
