"""What may lie in a model's folder."""

from pathlib import Path
from typing import Any

from model_runtime.loading.judging.errors import ModelRefused, not_a_folder
from model_runtime.loading.judging.safetensors_header import Tensor, read_header
from model_runtime.loading.judging.strict_json import read_object

MAX_FILES = 500
INDEX = "model.safetensors.index.json"
# Files that hold code or may run it when opened. Nothing of this is ever needed beside safetensors.
DANGEROUS = (
    *(".py", ".pyc", ".pyd", ".so", ".dll", ".dylib", ".sh", ".exe", ".jar", ".whl"),
    *(".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".h5", ".hdf5", ".keras"),
    *(".pb", ".msgpack", ".ot", ".gguf", ".ggml", ".zip", ".tar", ".tgz", ".gz"),
    *(".bz2", ".xz", ".zst", ".7z", ".rar"),
)
_PICKLE = tuple(bytes([0x80, version]) for version in range(2, 6))
_ZIP = b"PK\x03\x04"


def check_files(folder: Path) -> None:
    """Refuse anything but plain data files. Raises ModelRefused naming the file."""
    if not folder.is_dir():
        raise ModelRefused(not_a_folder(folder))
    root = folder.resolve()
    for count, path in enumerate(sorted(folder.rglob("*")), 1):
        name = str(path.relative_to(folder))
        if count > MAX_FILES:
            raise ModelRefused(f"The folder has more than {MAX_FILES} files.")
        if not path.resolve().is_relative_to(root):
            raise ModelRefused(f"{name} is a link that leads out of the folder.")
        if path.is_dir():
            continue
        if not path.is_file():
            raise ModelRefused(f"{name} is not a plain file.")
        if path.suffix.lower() in (".gguf", ".ggml"):
            raise ModelRefused(f"{name}: GGUF is not supported; give the original weights (model.safetensors).")
        if path.suffix.lower() in DANGEROUS:
            raise ModelRefused(f"{name}: files of this kind may run code; only safetensors weights are loaded.")
        with path.open("rb") as file:
            head = file.read(4)
        if head.startswith(_PICKLE) or head == _ZIP:
            raise ModelRefused(f"{name} is a pickle or an archive under another name.")


def check_no_adapter(folder: Path) -> None:
    """Refuse an adapter that is given as a model, and say how it is loaded. Raises ModelRefused."""
    if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        raise ModelRefused(
            "This is an adapter, no model: load its base with --adapter NAME=PATH, or `adapters` of a load request."
        )


def weight_files(folder: Path) -> list[Path]:
    """The files that hold the weights: one, or those of an index. Raises ModelRefused."""
    single = folder / "model.safetensors"
    if not (folder / INDEX).is_file():
        if not single.is_file():
            raise ModelRefused("There is no model.safetensors.")
        return [single]
    names = sorted({str(file) for file in _weight_map(folder).values()})
    for name in names:
        if "/" in name or "\\" in name or not name.endswith(".safetensors") or not (folder / name).is_file():
            raise ModelRefused(f"{INDEX} names {name[:80]!r}, which is no file here.")
    return [folder / name for name in names]


def read_weights(folder: Path) -> list[Tensor]:
    """All tensors of the folder. Raises ModelRefused."""
    tensors: dict[str, Tensor] = {}
    for file in weight_files(folder):
        for tensor in read_header(file):
            if tensor.name in tensors:
                raise ModelRefused(f"{tensor.name} is in two files.")
            tensors[tensor.name] = tensor
    if (folder / INDEX).is_file() and set(tensors) != set(_weight_map(folder)):
        raise ModelRefused(f"{INDEX} and the files list different tensors.")
    return list(tensors.values())


def _weight_map(folder: Path) -> dict[str, Any]:
    weight_map = read_object(folder / INDEX, 64 * 1024 * 1024).get("weight_map")
    if not isinstance(weight_map, dict):
        raise ModelRefused(f"{INDEX} has no weight_map.")
    return weight_map
