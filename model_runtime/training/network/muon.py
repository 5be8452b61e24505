"""Muon (Jordan et al. 2024) over all matrices of one shape at once: a tenth of torch's own operations."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

MOMENTUM, STEPS = 0.95, 5
COEFFICIENTS = (3.4445, -4.775, 2.0315)


class Muon(torch.optim.Optimizer):
    """As `torch.optim.Muon` with `adjust_lr_fn="match_rms_adamw"`, up to rounding."""

    def __init__(self, matrices: Iterable[nn.Parameter], lr: float, weight_decay: float) -> None:
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step along the gradients that are there; `closure` is not for this optimizer."""
        for group in self.param_groups:
            shapes: dict[torch.Size, list[nn.Parameter]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    shapes[matrix.shape].append(matrix)
            for matrices in shapes.values():
                self._step(matrices, group)

    def _step(self, matrices: list[nn.Parameter], group: dict[str, Any]) -> None:
        gradients = torch.stack([matrix.grad for matrix in matrices if matrix.grad is not None])
        for matrix in matrices:
            if not self.state[matrix]:
                self.state[matrix]["momentum_buffer"] = torch.zeros_like(matrix)
        buffers = [self.state[matrix]["momentum_buffer"] for matrix in matrices]
        moved = torch.stack(buffers).lerp(gradients, 1 - MOMENTUM)
        torch._foreach_copy_(buffers, list(moved.unbind()))
        update = orthogonal(gradients.lerp(moved, MOMENTUM)).float()
        rate = group["lr"] * 0.2 * max(matrices[0].shape) ** 0.5
        tensors = list[Tensor](matrices)
        torch._foreach_mul_(tensors, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(tensors, list(update.unbind()), alpha=-rate)


def orthogonal(matrices: Tensor) -> Tensor:
    """Nearly the nearest orthogonal matrix of each [n, rows, columns], by Newton and Schulz, in bfloat16."""
    x = matrices.bfloat16()
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(STEPS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x
