"""Texts to vectors: mean of the last layer over the real tokens, then length 1 (what sentence models do)."""

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer


class Encoder:
    """An embedding model. `encode` may be called from one thread at a time."""

    def __init__(self, model: Any, folder: Path, *, batch: int = 32) -> None:
        self._model = model
        self._device = next(model.parameters()).device
        self._batch = batch
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_window(folder, model.config.max_position_embeddings))
        self._cls = _pools_first_token(folder)
        self.dimensions = int(model.config.hidden_size)

    @torch.inference_mode()
    def encode(self, texts: list[str]) -> tuple[list[list[float]], int]:
        """Vectors in the order of the texts, and the number of tokens read."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        # Texts of like length share a batch, so little is spent on padding.
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
        vectors: dict[int, list[float]] = {}
        for start in range(0, len(order), self._batch):
            indexes = order[start : start + self._batch]
            rows = self._pooled([encoded[index] for index in indexes]).tolist()
            vectors |= dict(zip(indexes, rows, strict=True))
        return [vectors[index] for index in range(len(texts))], sum(map(len, encoded))

    def _pooled(self, batch: list[list[int]]) -> torch.Tensor:
        longest = max(map(len, batch))
        ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids in batch], device=self._device)
        mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in batch], device=self._device)
        hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        if self._cls:
            pooled = hidden[:, 0]
        else:
            weights = mask[:, :, None].float()
            pooled = (hidden * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(pooled, dim=1)


def _window(folder: Path, positions: int) -> int:
    """Tokens the model was trained to read, from sentence-transformers' side file where there is one."""
    side = folder / "sentence_bert_config.json"
    configured = json.loads(side.read_text()).get("max_seq_length") if side.is_file() else None
    return min(int(configured or positions), positions)


def _pools_first_token(folder: Path) -> bool:
    side = folder / "1_Pooling" / "config.json"
    return bool(json.loads(side.read_text()).get("pooling_mode_cls_token")) if side.is_file() else False
