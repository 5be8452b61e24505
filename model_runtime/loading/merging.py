"""A low-rank adapter worked into the weights of its base: another embedder from one, or a classifier."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

WEIGHTS = "model.safetensors"
_PREFIX = "base_model.model."
_BUFFERS = ("embeddings.position_ids",)  # 0, 1, 2, …: older files keep it
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


def merge_classifier(base: Path, adapter: Path, out: Path) -> None:
    """Writes `out`, in half precision: the encoder in `base` with the adapter's products added, and its head.

    `adapter` has PEFT's two files and the `config.json` of the whole. `out` appears only when it is complete.
    Raises ValueError if the adapter changes what the base does not have.
    """
    model = f"{json.loads((adapter / 'config.json').read_text())['model_type']}."
    tensors = {model + name: tensor for name, tensor in load_file(base / WEIGHTS).items() if name not in _BUFFERS}
    whole = merged(tensors, adapter, encoder=model)
    with complete(out) as part:
        weights_save(whole, part)
        shutil.copyfile(base / "tokenizer.json", part / "tokenizer.json")
        shutil.copyfile(adapter / "config.json", part / "config.json")


def merged(tensors: Mapping[str, np.ndarray], adapter: Path, encoder: str = "") -> dict[str, np.ndarray]:
    """The base's tensors with the products of the adapter in that folder added. A whole tensor of it takes the
    place of the base's; what is not named as the `encoder`'s are is its head, and comes too.

    Raises ValueError for factors or a tensor that fit nothing of the base.
    """
    settings = json.loads((adapter / "adapter_config.json").read_text())
    halves = load_file(adapter / "adapter_model.safetensors")
    added = {name.removeprefix(_PREFIX): tensor.astype(np.float32) for name, tensor in halves.items()}
    whole = dict(tensors)
    for name in [name for name in added if name.endswith(_DOWN)]:
        down, up = added.pop(name), added.pop(name.removesuffix(_DOWN) + _UP)
        weight = name.removesuffix(_DOWN) + ".weight"
        if weight not in whole or whole[weight].shape != (up.shape[0], down.shape[1]):
            raise ValueError(f"{weight} is no layer of the base that this adapter fits.")
        whole[weight] = whole[weight] + up @ down * (settings["lora_alpha"] / settings["r"])
    for name, tensor in added.items():
        if name.startswith(encoder) and (name not in whole or whole[name].shape != tensor.shape):
            raise ValueError(f"{name} is nothing of the base that this adapter fits.")
    return whole | added


def weights_save(tensors: Mapping[str, np.ndarray], folder: Path) -> None:
    """In half precision."""
    halves = {name: np.ascontiguousarray(tensor.astype(np.float16)) for name, tensor in tensors.items()}
    save_file(halves, folder / WEIGHTS, metadata={"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)  # the runtime may run as another user


@contextmanager
def complete(folder: Path) -> Iterator[Path]:
    """A folder to write into that takes the name of `folder` at the end."""
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)  # what a crash left
    part.mkdir(parents=True)
    yield part
    part.rename(folder)
