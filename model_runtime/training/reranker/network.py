"""The embedder with low-rank factors beside its linear layers and a score on top, and the adapter's files."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from transformers import BertForSequenceClassification

from model_runtime.training.network.encoder import encoded
from model_runtime.training.network.lora import RANK, adapt, adapter_save, factors

DROPPED = 0.1  # of what a layer adds, while training


def build(folder: Path, rank: int = RANK) -> BertForSequenceClassification:
    """The packaged embedder in bfloat16 with fresh factors and a fresh score of one number."""
    network = BertForSequenceClassification.from_pretrained(folder, num_labels=1, dtype=torch.bfloat16)
    adapt(network, rank)
    network.classifier = nn.Linear(network.config.hidden_size, 1)  # kept in single precision
    return network


def scores(network: BertForSequenceClassification, fed: dict[str, Tensor]) -> Tensor:
    """[pairs] in single precision; the last layer is computed for the first token only."""
    dropped = DROPPED if network.training else 0.0
    pooled = network.bert.pooler(encoded(network.bert, fed, dropped, whole=False))
    return network.classifier(dropout(pooled, dropped).float()).squeeze(-1)


def save_adapter(network: BertForSequenceClassification, folder: Path) -> None:
    """Writes PEFT's two files."""
    head = {f"base_model.model.classifier.{part}": one for part, one in network.classifier.named_parameters()}
    base = "sentence-transformers/all-MiniLM-L6-v2"
    adapter_save(folder, factors(network) | head, base=base, task="SEQ_CLS", whole=["classifier"])
