"""The packaged Chinese embedder with low-rank factors, and texts as it reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from model_runtime.training.network.encoder import Ids, embeddings, stacked
from model_runtime.training.network.lora import RANK, Adapted, adapt, adapter_save, factors

BASE = "intfloat/multilingual-e5-small"
PREFIXES = {"passage": "passage: ", "query": "query: "}  # as the application writes them
LONGEST = 80  # tokens of a text
TOKENS = {"cpu": 3_000, "cuda": 65_536}  # are computed together


def build(folder: Path, rank: int = RANK) -> BertModel:
    """In bfloat16, with fresh factors in the upper two thirds of its layers: untrained it embeds like the base."""
    network = BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, dtype=torch.bfloat16
    )
    adapt(network, rank, lowest=network.config.num_hidden_layers // 3)
    for layer in network.modules():
        if isinstance(layer, Adapted):
            nn.init.normal_(layer.down, std=layer.base.in_features**-0.5)
    return network


def go_on(network: BertModel, adapter: Path, share: float) -> None:
    """Gives the network the factors of that adapter, which add `share` of what they did."""
    halves = load_file(adapter / "adapter_model.safetensors")
    own = factors(network)
    if halves.keys() != own.keys():
        raise ValueError(f"{adapter} adapts other layers.")
    for name, tensor in own.items():
        tensor.data.copy_(halves[name] * (share if "lora_B" in name else 1.0))


def save(network: BertModel, folder: Path) -> None:
    """Writes PEFT's two files."""
    adapter_save(folder, factors(network), base=BASE, task="FEATURE_EXTRACTION")


def tokenised(tokenizer: Tokenizer, texts: Sequence[str], purpose: Literal["passage", "query"]) -> list[Ids]:
    rows = [one.ids for one in tokenizer.encode_batch([PREFIXES[purpose] + text for text in texts])]
    return [ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]] for ids in rows]


def embedded(network: BertModel, rows: Sequence[Ids], dropped: float = 0.0) -> Tensor:
    """[texts, width] of length 1; those of similar length are computed together."""
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    parts: list[Tensor] = []
    first = 0
    while first < len(order):
        chunk = [rows[number] for number in order[first:]]
        chunk = chunk[: _fitting(chunk, TOKENS[network.device.type])]
        fed = {key: one.to(network.device) for key, one in stacked(chunk).items()}
        parts.append(embeddings(network, fed, dropped))
        first += len(chunk)
    return torch.cat(parts)[torch.tensor(order).argsort().to(network.device)]


def _fitting(rows: Sequence[Ids], tokens: int) -> int:
    """How many of the texts, the shortest first, stay below so many tokens when padded; at least one."""
    return next((max(1, n) for n, ids in enumerate(rows) if (n + 1) * len(ids) > tokens), len(rows))
