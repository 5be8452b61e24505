"""The embedder with low-rank factors beside its linear layers and a score on top, and the adapter's files."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers import BertForSequenceClassification

TARGETS = ("query", "key", "value", "dense")
RANK, ALPHA = 16, 32


class Adapted(nn.Module):
    """A frozen linear layer plus scale · (x Aᵀ) Bᵀ, whose factors are trained in single precision."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.empty(RANK, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        low = linear(rows, self.down.to(x.dtype))
        up = (self.up * (ALPHA / RANK)).to(x.dtype)
        return torch.addmm(self.base(rows), low, up.t()).view(*x.shape[:-1], -1)


def build(folder: Path) -> BertForSequenceClassification:
    """The packaged embedder in bfloat16 with fresh factors and a fresh score of one number."""
    network = BertForSequenceClassification.from_pretrained(
        folder,
        num_labels=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        dtype=torch.bfloat16,
        attn_implementation="eager",  # flash attention's backward pass takes four times as long on a CPU
    )
    network.requires_grad_(False)
    layers = [(name, one) for name, one in network.named_modules() if isinstance(one, nn.Linear)]
    for name, layer in layers:
        if name.rsplit(".", 1)[-1] in TARGETS:
            network.set_submodule(name, Adapted(layer))
    network.classifier = nn.Linear(network.config.hidden_size, 1)  # kept in single precision
    return network


def scores(network: BertForSequenceClassification, fed: dict[str, Tensor]) -> Tensor:
    """[pairs] in single precision; the last layer is computed for the first token only."""
    bert = network.bert
    mask = (1.0 - fed["attention_mask"][:, None, None, :].to(torch.bfloat16)) * -1e4
    hidden = bert.embeddings(fed["input_ids"], fed["token_type_ids"])
    *layers, last = bert.encoder.layer
    for layer in layers:
        hidden = _hidden(layer(hidden, attention_mask=mask))
    attention = last.attention.self
    first = hidden[:, :1]
    query, key, value = (
        _heads(part(x), attention)
        for part, x in ((attention.query, first), (attention.key, hidden), (attention.value, hidden))
    )
    weights = torch.softmax(query @ key.transpose(-1, -2) * key.shape[-1] ** -0.5 + mask, -1)
    read = (weights @ value).transpose(1, 2).flatten(2)
    first = last.attention.output(read, first)
    pooled = bert.pooler(last.output(last.intermediate(first), first))
    return network.classifier(pooled.float()).squeeze(-1)


def _hidden(out: Tensor | tuple[Tensor, ...]) -> Tensor:
    return out[0] if isinstance(out, tuple) else out


def _heads(x: Tensor, attention: nn.Module) -> Tensor:
    return x.unflatten(-1, (attention.num_attention_heads, -1)).transpose(1, 2)


def load_adapter(network: BertForSequenceClassification, folder: Path) -> None:
    """Puts what `save_adapter` wrote into a network that `build` made, to go on training."""
    saved = load_file(folder / "adapter_model.safetensors")
    with torch.no_grad():
        for name, tensor in _named(network).items():
            tensor.copy_(saved[name])


def _named(network: BertForSequenceClassification) -> dict[str, Tensor]:
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
    halves = {name: one.detach().to(torch.float16).contiguous() for name, one in _named(network).items()}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(halves, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "SEQ_CLS",
        "base_model_name_or_path": "sentence-transformers/all-MiniLM-L6-v2",
        "r": RANK,
        "lora_alpha": ALPHA,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(TARGETS),
        "modules_to_save": ["classifier"],
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
