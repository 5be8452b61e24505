"""The forward pass: tokens of many sequences side by side, attention for each over its own slot."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # the name everyone knows
from torch import Tensor

from model_runtime.backends.decoder.cache import KeyValueCache
from model_runtime.backends.decoder.shape import Shape
from model_runtime.backends.decoder.weights import Layer, Weights


@dataclass(frozen=True)
class Span:
    """A sequence's rows `begin:end` of the pass; they attend to the first `reach` positions of its slot.

    `mask` ([rows, reach], 0 or -inf) hides later positions; a single row sees all and needs none.
    """

    slot: int
    begin: int
    end: int
    reach: int
    mask: Tensor | None

    @classmethod
    def of(cls, slot: int, begin: int, start: int, count: int) -> "Span":
        """`count` rows from `begin` on, whose first stands at position `start`."""
        mask = None
        if count > 1:
            later = torch.ones(count, start + count, dtype=torch.bool).triu_(start + 1)
            mask = torch.zeros(later.shape).masked_fill_(later, -torch.inf)
        return cls(slot, begin, begin + count, start + count, mask)


class Decoder:
    """Computes logits, and fills the cache on the way."""

    def __init__(self, weights: Weights, shape: Shape, rotations: Tensor, cache: KeyValueCache) -> None:
        self.cache = cache
        self._weights = weights
        self._shape = shape
        self._rotations = rotations
        self._epsilon = torch.tensor(shape.epsilon)

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return self._weights.nbytes

    def forward(
        self, tokens: Tensor, slots: Tensor, positions: Tensor, spans: Sequence[Span], wanted: Tensor
    ) -> Tensor:
        """Logits [wanted, vocabulary] after the rows `wanted`.

        `tokens`, `slots` and `positions` ([rows]) say what each row is and where it stands; `spans` divide the
        rows into sequences.
        """
        shape, weights = self._shape, self._weights
        x = weights.embedding[tokens].float()
        rotations = self._rotations[positions]
        rotations = torch.cat(
            [
                rotations[:, :1].expand(-1, shape.heads, -1),
                rotations[:, 1:].expand(-1, shape.kv_heads, -1),
            ],
            dim=1,
        )
        for layer, store in zip(weights.layers, self.cache.layers, strict=True):
            h = self._normalized(x, layer.attention_norm)
            mixed = self._attend(h, layer, store, slots, positions, spans, rotations)
            x = layer.attention_out.added_to(x, mixed)
            h = self._normalized(x, layer.mlp_norm)
            gate, up = layer.mlp_in(h).chunk(2, dim=-1)
            x = layer.mlp_out.added_to(x, F.silu(gate).mul_(up))
        return weights.head(self._normalized(x[wanted], weights.norm))

    def _attend(
        self,
        h: Tensor,
        layer: Layer,
        store: Tensor,
        slots: Tensor,
        positions: Tensor,
        spans: Sequence[Span],
        rotations: Tensor,
    ) -> Tensor:
        shape = self._shape
        heads = layer.attention_in(h).view(len(h), -1, shape.head_size)
        rotated = shape.heads + shape.kv_heads
        if layer.query_key_norm is not None:
            heads[:, :rotated] = self._normalized(heads[:, :rotated], layer.query_key_norm)
        torch.view_as_complex(heads[:, :rotated].unflatten(-1, (-1, 2))).mul_(rotations)
        store[slots, :, :, positions] = heads[:, shape.heads :].view(len(h), 2, shape.kv_heads, shape.head_size)
        mixed = torch.empty(len(h), shape.heads * shape.head_size)
        for span in spans:
            keys, values = store[span.slot, :, :, : span.reach].unbind(0)
            queries = heads[span.begin : span.end, : shape.heads]
            if span.mask is None:
                grouped = queries.view(shape.kv_heads, -1, shape.head_size)
                scores = torch.bmm(grouped, keys.transpose(1, 2)).softmax(-1)
                mixed[span.begin] = torch.bmm(scores, values).view(-1)
            else:
                seen = F.scaled_dot_product_attention(
                    queries.transpose(0, 1)[None], keys[None], values[None], span.mask, scale=1.0, enable_gqa=True
                )
                mixed[span.begin : span.end] = seen[0].transpose(0, 1).reshape(span.end - span.begin, -1)
        return mixed

    def _normalized(self, x: Tensor, weight: Tensor) -> Tensor:
        """Root mean square normalisation (Zhang and Sennrich, 2019): torch's own is eight small operations."""
        length = torch.linalg.vector_norm(x, 2, -1, keepdim=True)
        scale = torch.addcmul(self._epsilon, length, length, value=1 / x.shape[-1]).rsqrt_()
        return torch.mul(x, scale).mul_(weight)
