"""Low-rank adapters (LoRA; Hu and others, 2021) as PEFT saves them: checked against their base, and read."""

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import check_files
from model_runtime.loading.judging.safetensors_header import Tensor as Header
from model_runtime.loading.judging.safetensors_header import read_header
from model_runtime.loading.judging.strict_json import read_object

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = "adapter_model.safetensors"
MAX_RANK = 512
MAX_ALPHA = 65_536

_PREFIX = "base_model.model."
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"
_READ = frozenset({"peft_type", "r", "lora_alpha", "use_rslora", "target_modules", "bias", "init_lora_weights"})
# Notes on where it comes from and how it was trained. Every other key changes what is computed, or may some day.
_WITHOUT_EFFECT = frozenset(
    (
        *("task_type", "base_model_name_or_path", "revision", "inference_mode", "lora_dropout", "peft_version"),
        *("auto_mapping", "megatron_core", "qalora_group_size"),
    )
)
# Other ways of beginning ("pissa", "olora", …) change the base's own weights.
_BEGINNINGS = (None, True, False, "gaussian")
_LAYER = re.compile(r"(?:^|\.)layers\.\d+\.")


@dataclass(frozen=True)
class Factors:
    """What an adapter adds to one linear layer of its base: scale · (x Aᵀ) Bᵀ.

    `module` is the layer's path in the base's weights, `down` is A [rank, inputs], `up` is B [outputs, rank].
    """

    module: str
    down: "Tensor"
    up: "Tensor"
    scale: float


@dataclass(frozen=True)
class Adapter:
    """A checked adapter, by the name it is served under."""

    name: str
    rank: int
    factors: tuple[Factors, ...]


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Refusals say which adapter they are about."""
    try:
        yield
    except ModelRefused as refusal:
        raise ModelRefused(f"The adapter {name}: {refusal}") from refusal


def adapter_elements(name: str, folder: Path) -> int:
    """How many numbers the adapter in `folder` holds. Raises ModelRefused naming the adapter."""
    with _named(name):
        return sum(tensor.elements for tensor in _header(folder))


def read_adapter(name: str, folder: Path, base: Iterable[Header]) -> Adapter:
    """The adapter in `folder` for the model whose tensors are `base`. Raises ModelRefused naming the adapter."""
    with _named(name):
        check_files(folder)
        config = _read_config(folder)
        rank, scale = _scaling(config)
        modules = _check_tensors(_header(folder), _linear_layers(base), config["target_modules"], rank)
        return Adapter(name, rank, tuple(_read_factors(folder / WEIGHTS, modules, scale)))


def _header(folder: Path) -> list[Header]:
    if not (folder / WEIGHTS).is_file():
        raise ModelRefused(f"There is no {WEIGHTS}.")
    return read_header(folder / WEIGHTS)


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "adapter_config.json"
    if not path.is_file():
        raise ModelRefused("There is no adapter_config.json.")
    config = read_object(path, 1024 * 1024)
    if config.get("peft_type") != "LORA":
        raise ModelRefused(f"peft_type is {str(config.get('peft_type'))[:40]!r}; only LORA is supported.")
    for key, value in config.items():
        if key not in _READ | _WITHOUT_EFFECT and value not in (None, False, {}, []):
            raise ModelRefused(f"adapter_config.json: {key[:80]} is not supported, so it must be off.")
    if config.get("bias", "none") != "none":
        raise ModelRefused("adapter_config.json: bias must be none.")
    if config.get("init_lora_weights") not in _BEGINNINGS:
        raise ModelRefused("adapter_config.json: init_lora_weights must be true, false or gaussian.")
    targets = config.get("target_modules")
    if not (isinstance(targets, list) and targets and all(isinstance(target, str) for target in targets)):
        raise ModelRefused("adapter_config.json: target_modules must be a list of names.")
    return config


def _scaling(config: dict[str, Any]) -> tuple[int, float]:
    """The rank, and what the product is multiplied by."""
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if type(rank) is not int or not 1 <= rank <= MAX_RANK:
        raise ModelRefused(f"adapter_config.json: r must be a number from 1 to {MAX_RANK}.")
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha <= MAX_ALPHA:
        raise ModelRefused(f"adapter_config.json: lora_alpha must be a number above 0, at most {MAX_ALPHA}.")
    return rank, alpha / math.sqrt(rank) if config.get("use_rslora") is True else alpha / rank


def _linear_layers(base: Iterable[Header]) -> dict[str, tuple[int, ...]]:
    """Outputs and inputs of the linear layers of every decoder layer, by path."""
    return {
        tensor.name.removesuffix(".weight"): tensor.shape
        for tensor in base
        if tensor.name.endswith(".weight") and len(tensor.shape) == 2 and _LAYER.search(tensor.name)
    }


def _check_tensors(
    tensors: list[Header], base: dict[str, tuple[int, ...]], targets: list[str], rank: int
) -> list[str]:
    """The adapted modules: every tensor is half of a pair that fits its module, and every target is met."""
    found = {tensor.name: tensor for tensor in tensors}
    modules = sorted({name.removesuffix(_DOWN).removesuffix(_UP).removeprefix(_PREFIX) for name in found})
    for module in modules:
        if module not in base:
            raise ModelRefused(f"{module[:120]} is no linear layer of the base.")
        if not any(f".{module}".endswith(f".{target}") for target in targets):
            raise ModelRefused(f"{module[:120]} is not among the target_modules.")
        outputs, inputs = base[module]
        for half, shape in ((_DOWN, (rank, inputs)), (_UP, (outputs, rank))):
            tensor = found.pop(_PREFIX + module + half, None)
            if tensor is None:
                raise ModelRefused(f"{module}{half} is missing.")
            if tensor.shape != shape:
                raise ModelRefused(f"{module}{half} is {tensor.shape}, not {shape} as the base needs.")
            if tensor.dtype not in ("F32", "F16", "BF16"):
                raise ModelRefused(f"{module}{half} has the type {tensor.dtype}.")
    if found:
        raise ModelRefused(f"The tensor {min(found)[:120]} is not known.")
    for target in targets:
        if not any(f".{module}".endswith(f".{target}") for module in modules):
            raise ModelRefused(f"The target module {target[:80]!r} has no weights.")
    return modules


def _read_factors(weights: Path, modules: list[str], scale: float) -> Iterator[Factors]:
    from safetensors import safe_open

    with safe_open(str(weights), framework="pt") as file:
        for module in modules:
            down, up = file.get_tensor(_PREFIX + module + _DOWN), file.get_tensor(_PREFIX + module + _UP)
            if not (down.isfinite().all() and up.isfinite().all()):
                raise ModelRefused(f"{module} has weights that are no finite numbers.")
            yield Factors(module, down, up, scale)
