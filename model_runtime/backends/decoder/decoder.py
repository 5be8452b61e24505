"""The forward pass: tokens of many sequences side by side, attention for each over its own slot."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # the name everyone knows
from torch import Tensor

from model_runtime.backends.decoder.cache import KeyValueCache
from model_runtime.backends.decoder.shape import Shape
from model_runtime.backends.decoder.span import Span
from model_runtime.backends.decoder.weights import Layer, Weights


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

    def forward(self, tokens: Tensor, positions: Tensor, spans: Sequence[Span], wanted: Tensor) -> Tensor:
        """Logits [wanted, vocabulary] after the rows `wanted`.

        `tokens` and `positions` ([rows]) say what each row is and where it stands; `spans` divide the rows into
        sequences.
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
        for index, layer in enumerate(weights.layers):
            h = self._normalized(x, layer.attention_norm)
            seen = self._attend(h, layer, rotations, spans, index)
            x = layer.attention_out.added_to(x, seen)
            h = self._normalized(x, layer.mlp_norm)
            gate, up = layer.mlp_in(h).chunk(2, dim=-1)
            x = layer.mlp_out.added_to(x, F.silu(gate).mul_(up))
        return weights.head(self._normalized(x[wanted], weights.norm))

    def _attend(self, h: Tensor, layer: Layer, rotations: Tensor, spans: Sequence[Span], index: int) -> Tensor:
        """What each row sees, [rows, heads * head_size], in layer number `index`."""
        shape = self._shape
        heads = layer.attention_in(h).view(len(h), -1, shape.head_size)
        rotated = heads[:, : shape.heads + shape.kv_heads]
        if layer.query_key_norm is not None:
            rotated.copy_(self._normalized(rotated, layer.query_key_norm))
        torch.view_as_complex(rotated.unflatten(-1, (-1, 2))).mul_(rotations)
        queries = heads[:, : shape.heads].unflatten(1, (shape.kv_heads, -1))
        new = heads[:, shape.heads :].unflatten(1, (2, shape.kv_heads)).permute(1, 2, 0, 3)
        seen = torch.empty(queries.shape)
        for span in spans:
            rows = slice(span.begin, span.end)
            span.filled[index].copy_(new[:, :, rows])
            keys, values = span.keys[index], span.values[index]
            if span.mask is None:
                weights = torch.bmm(queries[span.begin], keys.transpose(1, 2)).softmax(-1)
                torch.bmm(weights, values, out=seen[span.begin])
            else:
                attended = F.scaled_dot_product_attention(
                    queries[rows].flatten(1, 2).transpose(0, 1)[None],
                    keys[None],
                    values[None],
                    span.mask,
                    scale=1.0,
                    enable_gqa=True,
                )
                seen[rows] = attended[0].transpose(0, 1).view(seen[rows].shape)
        return seen.flatten(1)

    def _normalized(self, x: Tensor, weight: Tensor) -> Tensor:
        """Root mean square normalisation (Zhang and Sennrich, 2019): torch's own is eight small operations."""
        length = torch.linalg.vector_norm(x, 2, -1, keepdim=True)
        scale = torch.addcmul(self._epsilon, length, length, value=1 / x.shape[-1]).rsqrt_()
        return torch.mul(x, scale).mul_(weight)
