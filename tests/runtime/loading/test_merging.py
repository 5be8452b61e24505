"""An adapter of an encoder becomes a classifier's folder that the runtime loads."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.merging import merge_classifier
from tests.runtime.support.pooled_checkpoints import make_pooled

ADAPTED = "bert.encoder.layer.1.attention.self.query"
RANK, ALPHA = 4, 8


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return make_pooled(tmp_path / "base", "Bert", "Model")


def make_adapter(folder: Path, base: Path, module: str = ADAPTED, outputs: int = 64) -> Path:
    """PEFT's files for one layer and a head of one class, and the config of the whole."""
    folder.mkdir()
    torch.manual_seed(3)
    tensors = {
        f"base_model.model.{module}.lora_A.weight": torch.randn(RANK, 64),
        f"base_model.model.{module}.lora_B.weight": torch.randn(outputs, RANK),
        "base_model.model.classifier.weight": torch.randn(1, 64),
        "base_model.model.classifier.bias": torch.randn(1),
    }
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"r": RANK, "lora_alpha": ALPHA}))
    config = json.loads((base / "config.json").read_text())
    config |= {"architectures": ["BertForSequenceClassification"], "id2label": {"0": "answers"}}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_the_products_are_added_the_rest_stays_and_the_runtime_takes_the_whole(tmp_path: Path, base: Path) -> None:
    adapter, out = make_adapter(tmp_path / "adapter", base), tmp_path / "merged"
    merge_classifier(base, adapter, out)
    facts = check_folder(out)
    assert facts.kind == "classifier" and facts.labels is not None and facts.labels.names == ("answers",)
    before, added = load_file(base / "model.safetensors"), load_file(adapter / "adapter_model.safetensors")
    after = {name: tensor.float() for name, tensor in load_file(out / "model.safetensors").items()}
    down, up = (added[f"base_model.model.{ADAPTED}.lora_{half}.weight"] for half in "AB")
    expected = {f"bert.{name}": tensor for name, tensor in before.items()}
    expected[f"{ADAPTED}.weight"] = expected[f"{ADAPTED}.weight"] + up @ down * ALPHA / RANK
    expected |= {f"classifier.{part}": added[f"base_model.model.classifier.{part}"] for part in ("weight", "bias")}
    assert set(after) == set(expected)
    for name, tensor in expected.items():
        torch.testing.assert_close(after[name], tensor, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("shape", [None, (8, 64)])
def test_a_tensor_that_stands_nowhere_in_the_base_is_no_head(
    tmp_path: Path, base: Path, shape: tuple[int, int] | None
) -> None:
    """Neither one of a misspelt name, nor one of another size."""
    adapter = make_adapter(tmp_path / "adapter", base)
    file = adapter / "adapter_model.safetensors"
    name = "pooler.dense.weigth" if shape is None else f"{ADAPTED.removeprefix('bert.')}.weight"
    save_file(load_file(file) | {f"base_model.model.bert.{name}": torch.zeros(shape or (64, 64))}, file)
    with pytest.raises(ValueError, match=f"bert.{name} is nothing of the base"):
        merge_classifier(base, adapter, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize(("module", "outputs"), [("bert.encoder.layer.7.output.dense", 64), (ADAPTED, 32)])
def test_an_adapter_for_another_base_leaves_nothing_behind(
    tmp_path: Path, base: Path, module: str, outputs: int
) -> None:
    adapter = make_adapter(tmp_path / "adapter", base, module, outputs)
    with pytest.raises(ValueError, match="no layer of the base"):
        merge_classifier(base, adapter, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
