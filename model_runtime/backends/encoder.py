"""Texts to vectors: mean of the last layer, or its first token, then length 1 (what sentence models do)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from model_runtime.backends.texts import TextReader, Tokens
from model_runtime.loading.sentence_check import SentencePooling


class TextEncoder:
    """An embedding model (`engine.pooling.PooledBackend`); its inputs are token numbers."""

    def __init__(self, model: Any, folder: Path, pooling: SentencePooling) -> None:
        self._model = model
        if hasattr(model, "pooler"):
            model.pooler = None  # not used here, and some folders have no weights for it
        self._reader = TextReader(
            folder,
            window=pooling.window,
            padding=int(model.config.pad_token_id or 0),
            device=next(model.parameters()).device,
        )
        self._first_token = pooling.first_token
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
