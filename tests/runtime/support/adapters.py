"""Low-rank adapters for the tiny causal checkpoint, and the same model with one merged into its weights."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

PREFIX = "base_model.model."


def make_adapter(
    folder: Path, base: Path, *, targets: Sequence[str] = ("q_proj", "down_proj"), rank: int = 4, seed: int = 1
) -> Path:
    """An adapter for the checkpoint in `base`, strong enough to change its answers."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": "somebody/tiny",
        "r": rank,
        "lora_alpha": 2 * rank,
        "target_modules": list(targets),
        "bias": "none",
        "use_dora": False,
        "modules_to_save": None,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
    rng = np.random.default_rng(seed)
    tensors = {}
    for name, weight in load_file(base / "model.safetensors").items():
        module = name.removesuffix(".weight")
        if module.rpartition(".")[2] in targets:
            outputs, inputs = weight.shape
            tensors[f"{PREFIX}{module}.lora_A.weight"] = _random(rng, rank, inputs)
            tensors[f"{PREFIX}{module}.lora_B.weight"] = _random(rng, outputs, rank)
    save_file(tensors, folder / "adapter_model.safetensors")
    return folder


def make_merged(folder: Path, base: Path, adapter: Path) -> Path:
    """The checkpoint in `base` with W + alpha/r · B A for every adapted W."""
    shutil.copytree(base, folder)
    config = json.loads((adapter / "adapter_config.json").read_text())
    tensors, factors = load_file(base / "model.safetensors"), load_file(adapter / "adapter_model.safetensors")
    for name, down in factors.items():
        if name.endswith(".lora_A.weight"):
            up = factors[name.replace("lora_A", "lora_B")]
            module = name.removeprefix(PREFIX).removesuffix(".lora_A.weight")
            tensors[f"{module}.weight"] = (
                tensors[f"{module}.weight"] + config["lora_alpha"] / config["r"] * up @ down
            )
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _random(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(0, 0.2, shape).astype(np.float32)
