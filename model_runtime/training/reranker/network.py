"""The embedder with low-rank factors beside its linear layers and a score on top, and the adapter's files."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import dropout, gelu, linear, normalize, scaled_dot_product_attention
from transformers import BertForSequenceClassification

TARGETS = ("query", "key", "value", "dense")
RANK = 32
SCALE = 2.0  # of what the factors add, whatever the rank
DROPPED = 0.1  # of what a layer adds, while training


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


def build(folder: Path, rank: int = RANK) -> BertForSequenceClassification:
    """The packaged embedder in bfloat16 with fresh factors and a fresh score of one number."""
    network = BertForSequenceClassification.from_pretrained(folder, num_labels=1, dtype=torch.bfloat16)
    network.requires_grad_(False)
    layers = [(name, one) for name, one in network.named_modules() if isinstance(one, nn.Linear)]
    for name, layer in layers:
        if name.rsplit(".", 1)[-1] in TARGETS:
            network.set_submodule(name, Adapted(layer, rank))
    network.classifier = nn.Linear(network.config.hidden_size, 1)  # kept in single precision
    return network


def scores(network: BertForSequenceClassification, fed: dict[str, Tensor]) -> Tensor:
    """[pairs] in single precision; the last layer is computed for the first token only."""
    hidden = _encoded(network, fed, whole=False)
    pooled = network.bert.pooler(hidden)
    return network.classifier(_dropped(network, pooled).float()).squeeze(-1)


def embeddings(network: BertForSequenceClassification, fed: dict[str, Tensor]) -> Tensor:
    """[texts, width] of length 1, as the embedder makes them as long as nothing is trained."""
    hidden = _encoded(network, fed, whole=True).float()
    there = fed["attention_mask"][..., None]
    return normalize((hidden * there).sum(1) / there.sum(1), dim=-1)


def _encoded(network: BertForSequenceClassification, fed: dict[str, Tensor], *, whole: bool) -> Tensor:
    bert = network.bert
    mask = fed["attention_mask"][:, None, None, :].bool()
    hidden = bert.embeddings(fed["input_ids"], fed["token_type_ids"])
    *layers, last = bert.encoder.layer
    for layer in layers:
        hidden = _layer(network, layer, hidden, hidden, mask)
    return _layer(network, last, hidden if whole else hidden[:, :1], hidden, mask)


def _layer(
    network: BertForSequenceClassification, layer: Any, asking: Tensor, hidden: Tensor, mask: Tensor
) -> Tensor:
    """`asking` may be fewer tokens than `hidden`, from which they read."""
    attention = layer.attention.self
    heads = network.config.num_attention_heads
    query, key, value = (
        part(x).unflatten(-1, (heads, -1)).transpose(1, 2)
        for part, x in ((attention.query, asking), (attention.key, hidden), (attention.value, hidden))
    )
    read = _attention(query, key, value, mask).transpose(1, 2).flatten(2)
    out = layer.attention.output
    asking = out.LayerNorm(asking + _dropped(network, out.dense(read)))
    inner = gelu(layer.intermediate.dense(asking))
    return layer.output.LayerNorm(asking + _dropped(network, layer.output.dense(inner)))


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    if query.is_cuda:
        return scaled_dot_product_attention(query, key, value, attn_mask=mask)
    # Flash attention's backward pass takes four times as long on a CPU.
    weights = query @ key.transpose(-1, -2) * key.shape[-1] ** -0.5
    return torch.softmax(weights.masked_fill(~mask, -1e4), -1) @ value


def _dropped(network: nn.Module, x: Tensor) -> Tensor:
    return dropout(x, DROPPED) if network.training else x


def trained(network: BertForSequenceClassification) -> dict[str, Tensor]:
    """What is trained, by the names that PEFT gives it."""
    tensors: dict[str, Tensor] = {}
    for name, module in network.named_modules():
        if isinstance(module, Adapted):
            tensors[f"base_model.model.{name}.lora_A.weight"] = module.down
            tensors[f"base_model.model.{name}.lora_B.weight"] = module.up
    tensors["base_model.model.classifier.weight"] = network.classifier.weight
    tensors["base_model.model.classifier.bias"] = network.classifier.bias
    return tensors


def save_adapter(network: BertForSequenceClassification, folder: Path) -> None:
    """Writes `adapter_model.safetensors` and `adapter_config.json` as PEFT names them."""
    tensors = trained(network)
    halves = {name: one.detach().to("cpu", torch.float16).contiguous() for name, one in tensors.items()}
    rank = next(len(one) for name, one in tensors.items() if "lora_A" in name)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(halves, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "SEQ_CLS",
        "base_model_name_or_path": "sentence-transformers/all-MiniLM-L6-v2",
        "r": rank,
        "lora_alpha": int(rank * SCALE),
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(TARGETS),
        "modules_to_save": ["classifier"],
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
