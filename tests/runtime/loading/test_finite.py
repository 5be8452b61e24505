"""Weights that hold NaN or infinity are no model."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.verdict import print_verdict
from tests.runtime.support.checkpoints import make_causal
from tests.runtime.support.serving import loaded


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_causal(tmp_path_factory.mktemp("good") / "model")


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "model"))


@pytest.mark.parametrize("number", [np.nan, -np.inf])
@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_weights_that_are_no_numbers_are_refused_by_check_and_load_in_the_same_words(
    folder: Path, number: float, kind: type, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the trial finds, other tests say; it takes seconds.
    monkeypatch.setattr("model_runtime.loading.verdict.try_folder", lambda _folder: None)
    tensors = {name: tensor.astype(kind) for name, tensor in load_file(folder / "model.safetensors").items()}
    tensors["model.layers.1.mlp.up_proj.weight"][7, 3] = number
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    why = "The weights hold NaN or infinity: model.layers.1.mlp.up_proj.weight in model.safetensors."
    with pytest.raises(ModelRefused) as refused:
        loaded(folder)
    assert str(refused.value) == why
    assert print_verdict(folder) == 1
    verdict: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (verdict["ok"], verdict["reason"]) == (False, why)


def test_a_model_that_computes_nan_from_good_weights_is_refused_in_words(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    tensors["model.norm.weight"][:] = 3e38
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelRefused, match=r"^The model was loaded but cannot write: The model computed NaN"):
        loaded(folder)
