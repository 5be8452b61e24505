"""Texts to vectors: mean of the last layer over the real tokens, then length 1 (what sentence models do)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from model_runtime.backends.texts import TextReader, Tokens


class TextEncoder:
    """An embedding model (`engine.pooling.PooledBackend`); its inputs are token numbers."""

    def __init__(self, model: Any, folder: Path, window: int) -> None:
        self._model = model
        self._reader = TextReader(
            folder,
            window=_trained_window(folder, window),
            padding=int(model.config.pad_token_id or 0),
            device=next(model.parameters()).device,
        )
        self._first_token = _pools_first_token(folder)
        self.dimensions = int(model.config.hidden_size)
        self.vocab_size = int(model.config.vocab_size)
        self.window = self._reader.window

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, cut to the model's window."""
        return self._reader.read(texts, limit=self._reader.window)

    def probe(self) -> Tokens:
        """A short text."""
        return self.tokenize(["ready?"])[0]

    def size(self, item: Tokens) -> int:
        """Tokens of a text."""
        return len(item)

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens]) -> list[list[float]]:
        """One vector of length 1 for each text."""
        ids, mask = self._reader.pad(batch)
        hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        if self._first_token:
            pooled = hidden[:, 0]
        else:
            weights = mask[:, :, None].float()
            pooled = (hidden * weights).sum(1) / weights.sum(1)
        vectors: list[list[float]] = torch.nn.functional.normalize(pooled, dim=1).tolist()
        return vectors


def _trained_window(folder: Path, window: int) -> int:
    """Tokens the model was trained to read, from sentence-transformers' side file where there is one."""
    side = folder / "sentence_bert_config.json"
    configured = json.loads(side.read_text()).get("max_seq_length") if side.is_file() else None
    return min(int(configured or window), window)


def _pools_first_token(folder: Path) -> bool:
    side = folder / "1_Pooling" / "config.json"
    return bool(json.loads(side.read_text()).get("pooling_mode_cls_token")) if side.is_file() else False
