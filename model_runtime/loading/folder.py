"""What may lie in a model's folder."""

from pathlib import Path

from model_runtime.loading.errors import ModelRefused
from model_runtime.loading.safetensors_header import Tensor, read_header
from model_runtime.loading.strict_json import read_object

MAX_FILES = 500
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
        raise ModelRefused("The model is not a folder.")
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
        if path.suffix.lower() in DANGEROUS:
            raise ModelRefused(f"{name}: files of this kind may run code; only safetensors weights are loaded.")
        with path.open("rb") as file:
            head = file.read(4)
        if head.startswith(_PICKLE) or head == _ZIP:
            raise ModelRefused(f"{name} is a pickle or an archive under another name.")


def read_weights(folder: Path) -> list[Tensor]:
    """All tensors of the folder, from one file or from the files of an index. Raises ModelRefused."""
    index = folder / "model.safetensors.index.json"
    single = folder / "model.safetensors"
    if not index.is_file():
        if not single.is_file():
            raise ModelRefused("There is no model.safetensors.")
        return read_header(single)
    weight_map = read_object(index, 64 * 1024 * 1024).get("weight_map")
    if not isinstance(weight_map, dict):
        raise ModelRefused(f"{index.name} has no weight_map.")
    tensors: dict[str, Tensor] = {}
    for name in sorted({str(file) for file in weight_map.values()}):
        if "/" in name or "\\" in name or not name.endswith(".safetensors") or not (folder / name).is_file():
            raise ModelRefused(f"{index.name} names {name[:80]!r}, which is no file here.")
        for tensor in read_header(folder / name):
            if tensor.name in tensors:
                raise ModelRefused(f"{tensor.name} is in two files.")
            tensors[tensor.name] = tensor
    if set(tensors) != set(weight_map):
        raise ModelRefused(f"{index.name} and the files list different tensors.")
    return list(tensors.values())
