"""The compiled layers inside a transformers model, and the threads that compute them."""

from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions

from model_runtime.kernels.bert.forward import compute, phases
from model_runtime.kernels.bert.shape import Shape
from model_runtime.kernels.bert.weights import Weights
from model_runtime.kernels.bert.workspace import Workspace
from model_runtime.kernels.team import Team


def lean(model: Any, *, int8: bool) -> None:
    """Put compiled layers in the place of those of `model`, in float32 on a CPU, whose config `shape.supports`."""
    base = model.base_model
    base.encoder = LeanLayers(base.encoder.layer, Shape.of(model.config), int8=int8, first_only=model is not base)
    torch.set_num_threads(1)  # what little it still does would spin against ours


class LeanLayers(nn.Module):
    """Stands where a `BertEncoder` stood. Padding at the end of a sequence is not computed, and comes out as 0, and
    a sequence of nothing else is a ValueError.

    With `first_only`, all that a head for classes looks at, only first tokens do not.
    """

    def __init__(self, layers: Any, shape: Shape, *, int8: bool, first_only: bool) -> None:
        super().__init__()
        self._shape, self._first_only = shape, first_only
        self._weights = Weights.of(layers, shape, int8=int8)
        self._threads = torch.get_num_threads()
        self._make_room(64)

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return self._weights.nbytes

    def forward(
        self, embedded: Tensor, attention_mask: Tensor | None = None, **_: Any
    ) -> BaseModelOutputWithPastAndCrossAttentions:
        """From and to [sequences, longest, hidden]; of the mask, True where seen, the first query's row counts."""
        count, longest, width = embedded.shape
        real = torch.ones(count, longest, dtype=torch.bool)
        if attention_mask is not None:
            real = attention_mask[:, 0, 0].expand(count, longest)
        lengths = real.sum(1).tolist()
        if 0 in lengths:  # the threads would read and write outside of their arrays
            raise ValueError("A sequence without a token.")
        begins = [0, *accumulate(lengths)]
        if begins[-1] > len(self._work.x):
            self._make_room(begins[-1])
        work = self._work
        work.x[: begins[-1], :width] = embedded[real].numpy()
        work.begins[: count + 1] = begins
        work.planned[:] = begins[-1], count, self._first_only
        self._team.lead()
        out = torch.zeros_like(embedded)
        if self._first_only:
            out[:, 0] = torch.from_numpy(work.x[:count, :width])
        else:
            out[real] = torch.from_numpy(work.x[: begins[-1], :width])
        return BaseModelOutputWithPastAndCrossAttentions(last_hidden_state=out)

    def _make_room(self, rows: int) -> None:
        """A workspace for so many rows, rounded up so that it is rare, and threads that know it."""
        work = Workspace.empty(self._shape, 1 << (rows - 1).bit_length())
        team = Team(self._threads, phases(self._shape.layers), compute, self._shape, self._weights, work)
        # Only now, and together: if either failed, the old threads would compute in the old workspace.
        self._work, self._team = work, team
