"""An adapter is taken only if all of it is known, harmless, and fits its base."""

import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from model_runtime.loading.adapters import Adapter, read_adapter
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import read_weights
from tests.runtime.support.adapters import PREFIX, make_adapter
from tests.runtime.support.checkpoints import edit_json

UP = f"{PREFIX}model.layers.0.self_attn.q_proj.lora_B.weight"


@pytest.fixture
def adapter(models: Path, tmp_path: Path) -> Path:
    return make_adapter(tmp_path / "adapter", models / "tiny")


def read(adapter: Path, models: Path) -> Adapter:
    return read_adapter("polite", adapter, read_weights(models / "tiny"))


def test_an_adapter_has_the_factors_of_each_layer_it_changes(adapter: Path, models: Path) -> None:
    edit_json(adapter / "adapter_config.json", use_rslora=True)
    found = read(adapter, models)
    assert found.rank == 4
    assert [factors.module for factors in found.factors] == [
        "model.layers.0.mlp.down_proj",
        "model.layers.0.self_attn.q_proj",
        "model.layers.1.mlp.down_proj",
        "model.layers.1.self_attn.q_proj",
    ]
    first = found.factors[0]
    assert (tuple(first.down.shape), tuple(first.up.shape)) == ((4, 128), (64, 4))
    assert first.scale == 8 / math.sqrt(4)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"peft_type": "LOHA"}, "only LORA"),
        ({"use_dora": True}, "use_dora"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"rank_pattern": {"q_proj": 8}}, "rank_pattern"),
        ({"auto_map": {"AutoModel": "evil.Model"}}, "auto_map"),
        ({"use_something_of_next_year": True}, "use_something_of_next_year"),
        ({"init_lora_weights": "pissa"}, "init_lora_weights"),
        ({"bias": "all"}, "bias"),
        ({"r": 0}, "r must be"),
        ({"r": True}, "r must be"),
        ({"r": 100_000}, "r must be"),
        ({"r": 8}, "as the base needs"),
        ({"lora_alpha": -1}, "lora_alpha"),
        ({"lora_alpha": "16"}, "lora_alpha"),
        ({"target_modules": ".*proj"}, "target_modules"),
        ({"target_modules": ["q_proj"]}, "not among the target_modules"),
        ({"target_modules": ["q_proj", "down_proj", "v_proj"]}, "'v_proj' has no weights"),
    ],
)
def test_a_config_that_asks_for_something_else_is_refused_by_name(
    adapter: Path, models: Path, changes: dict[str, Any], reason: str
) -> None:
    edit_json(adapter / "adapter_config.json", **changes)
    with pytest.raises(ModelRefused, match=reason) as refusal:
        read(adapter, models)
    assert str(refusal.value).startswith("The adapter polite: ")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({UP: np.zeros((64, 8), np.float32)}, "as the base needs"),
        ({UP: np.zeros((64, 4), np.int32)}, "has the type I32"),
        ({UP: np.full((64, 4), np.nan, np.float32)}, "no finite numbers"),
        ({UP: None}, "lora_B.weight is missing"),
        (
            {f"{PREFIX}model.embed_tokens.lora_A.weight": np.zeros((4, 64), np.float32)},
            "no linear layer of the base",
        ),
        ({f"{PREFIX}model.layers.9.mlp.down_proj.lora_A.weight": np.zeros((4, 8), np.float32)}, "no linear layer"),
        ({f"{PREFIX}model.layers.0.self_attn.q_proj.bias": np.zeros(4, np.float32)}, "no linear layer of the base"),
    ],
)
def test_weights_that_do_not_fit_the_base_are_refused_by_name(
    adapter: Path, models: Path, changes: dict[str, Any], reason: str
) -> None:
    file = adapter / "adapter_model.safetensors"
    tensors = load_file(file) | changes
    save_file({name: tensor for name, tensor in tensors.items() if tensor is not None}, file)
    with pytest.raises(ModelRefused, match=reason):
        read(adapter, models)


def test_pickled_weights_and_missing_files_are_refused(adapter: Path, models: Path) -> None:
    shutil.copy(adapter / "adapter_model.safetensors", adapter / "adapter_model.bin")
    with pytest.raises(ModelRefused, match=r"adapter_model\.bin: files of this kind may run code"):
        read(adapter, models)
    (adapter / "adapter_model.bin").unlink()
    (adapter / "adapter_model.safetensors").unlink()
    with pytest.raises(ModelRefused, match=r"There is no adapter_model\.safetensors"):
        read(adapter, models)
