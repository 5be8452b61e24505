"""The network for training: Qwen3's computation and parameter names, in fewer, larger operations."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = 1e-6


class Shape:
    """Sizes of the starter model."""

    hidden, layers, heads, groups, head, inner = 256, 5, 8, 4, 32, 512
    theta = 1_000_000.0


class Attention(nn.Module):
    """Grouped-query attention with normalised queries and keys."""

    def __init__(self) -> None:
        super().__init__()
        self.q_proj = nn.Linear(Shape.hidden, Shape.heads * Shape.head, bias=False)
        self.k_proj = nn.Linear(Shape.hidden, Shape.groups * Shape.head, bias=False)
        self.v_proj = nn.Linear(Shape.hidden, Shape.groups * Shape.head, bias=False)
        self.o_proj = nn.Linear(Shape.heads * Shape.head, Shape.hidden, bias=False)
        self.q_norm = nn.RMSNorm(Shape.head, EPSILON)
        self.k_norm = nn.RMSNorm(Shape.head, EPSILON)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        """Without a mask the fused kernel is used, which is causal."""
        batch, length, _ = x.shape
        weight = torch.cat((self.q_proj.weight, self.k_proj.weight, self.v_proj.weight))
        mixed = F.linear(x, weight).view(batch, length, -1, Shape.head)
        q, k, v = mixed.split([Shape.heads, Shape.groups, Shape.groups], dim=2)
        q, k = _turn(self.q_norm(q), cos, sin), _turn(self.k_norm(k), cos, sin)
        repeat = Shape.heads // Shape.groups
        k, v = k.repeat_interleave(repeat, dim=2), v.repeat_interleave(repeat, dim=2)
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        if mask is None:
            out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            out = (q @ (k.transpose(-1, -2) * Shape.head**-0.5) + mask).softmax(dim=-1) @ v
        mixed_back: Tensor = self.o_proj(out.transpose(1, 2).reshape(batch, length, -1))
        return mixed_back


class Mlp(nn.Module):
    """SwiGLU."""

    def __init__(self) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(Shape.hidden, Shape.inner, bias=False)
        self.up_proj = nn.Linear(Shape.hidden, Shape.inner, bias=False)
        self.down_proj = nn.Linear(Shape.inner, Shape.hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = F.linear(x, torch.cat((self.gate_proj.weight, self.up_proj.weight))).chunk(2, dim=-1)
        down: Tensor = self.down_proj(F.silu(gate) * up)
        return down


class Layer(nn.Module):
    """One pre-norm transformer layer."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.self_attn = Attention()
        self.mlp = Mlp()
        self.input_layernorm = nn.RMSNorm(Shape.hidden, EPSILON)
        self.post_attention_layernorm = nn.RMSNorm(Shape.hidden, EPSILON)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        x = x + self._thinned(self.self_attn(self.input_layernorm(x), cos, sin, mask))
        return x + self._thinned(self.mlp(self.post_attention_layernorm(x)))

    def _thinned(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training) if self.dropout else x


class Network(nn.Module):
    """The decoder. `forward` gives the stream after every layer, the last one normalised for the logits."""

    def __init__(self, vocabulary: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary, Shape.hidden)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(Shape.layers))
        self.norm = nn.RMSNorm(Shape.hidden, EPSILON)

    def forward(self, ids: Tensor) -> list[Tensor]:
        x = self.embed_tokens(ids)
        length = ids.shape[1]
        cos, sin = (angle.to(x.dtype) for angle in _angles(length, x.device))
        # Fused on a GPU; on a CPU torch's fused kernel takes twice as long forwards and backwards in bfloat16.
        mask = None if x.is_cuda else torch.full((length, length), float("-inf"), dtype=x.dtype).triu(1)
        streams = []
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
            streams.append(x)
        streams[-1] = self.norm(x)
        return streams

    def attentions(self) -> list[Attention]:
        """The attention of every layer, lowest first."""
        return [layer.self_attn for layer in self.layers if isinstance(layer, Layer)]


def _angles(length: int, device: torch.device) -> tuple[Tensor, Tensor]:
    frequencies = Shape.theta ** (-torch.arange(0, Shape.head, 2, device=device) / Shape.head)
    angles = torch.outer(torch.arange(length, device=device), frequencies)
    angles = torch.cat((angles, angles), dim=-1)[:, None, :]
    return angles.cos(), angles.sin()


def _turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = Shape.head // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin
