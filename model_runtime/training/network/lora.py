"""Low-rank factors beside the linear layers of an encoder, and the adapter's files."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import linear

TARGETS = ("query", "key", "value", "dense")
RANK = 32
SCALE = 2.0  # of what the factors add, whatever the rank


class Adapted(nn.Module):
    """A frozen linear layer plus scale · (x Aᵀ) Bᵀ, whose factors are trained in single precision."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        low = linear(rows, self.down.to(x.dtype))
        up = (self.up * SCALE).to(x.dtype)
        return torch.addmm(self.base(rows), low, up.t()).view(*x.shape[:-1], -1)


def adapt(network: nn.Module, rank: int, *, lowest: int = 0) -> None:
    """Freezes the network and puts fresh factors beside its linear layers of TARGETS, from layer `lowest` on."""
    network.requires_grad_(False)
    layers = [(name, one) for name, one in network.named_modules() if isinstance(one, nn.Linear)]
    for name, layer in layers:
        number = re.search(r"layer\.(\d+)\.", name)
        if name.rsplit(".", 1)[-1] in TARGETS and (number is None or int(number.group(1)) >= lowest):
            network.set_submodule(name, Adapted(layer, rank))


def factors(network: nn.Module) -> dict[str, Tensor]:
    """By the names that PEFT gives them."""
    tensors: dict[str, Tensor] = {}
    for name, module in network.named_modules():
        if isinstance(module, Adapted):
            tensors[f"base_model.model.{name}.lora_A.weight"] = module.down
            tensors[f"base_model.model.{name}.lora_B.weight"] = module.up
    return tensors


def adapter_save(
    folder: Path, tensors: Mapping[str, Tensor], *, base: str, task: str, whole: Sequence[str] = ()
) -> None:
    """Writes `adapter_model.safetensors` and `adapter_config.json` as PEFT names them: `task` is what the model is
    for, `whole` are layers that are kept as they are instead of in factors.
    """
    halves = {name: one.detach().to("cpu", torch.float16).contiguous() for name, one in tensors.items()}
    rank = next(len(one) for name, one in tensors.items() if "lora_A" in name)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "adapter_model.safetensors"
    save_file(halves, file, metadata={"format": "pt"})
    file.chmod(0o644)  # others run what one builds
    config = {
        "peft_type": "LORA",
        "task_type": task,
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": int(rank * SCALE),
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(TARGETS),
        **({"modules_to_save": list(whole)} if whole else {}),
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
