"""Texts to the probabilities of classes, by a transformers model with a classification head."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from model_runtime.backends.probabilities import probabilities
from model_runtime.backends.texts import TextReader, Tokens
from model_runtime.loading.labels import Labels


class TextClassifier:
    """A text classifier (`engine.pooling.PooledBackend`); its inputs are token numbers."""

    def __init__(self, model: Any, folder: Path, *, labels: Labels, window: int) -> None:
        self.labels = labels
        self.vocab_size = int(model.config.vocab_size)
        self._model = model
        self._reader = TextReader(
            folder,
            window=window,
            padding=int(model.config.pad_token_id or 0),
            device=next(model.parameters()).device,
        )
        # A decoder's head looks at the last token; transformers finds that by the padding token's number, which
        # fails where a model has none, and where a text ends in that token. We know where each text ends.
        self._decoder = getattr(model, model.base_model_prefix) if hasattr(model, "score") else None

    @property
    def window(self) -> int:
        """Tokens that a text may have."""
        return self._reader.window

    def tokenize(self, texts: Sequence[str], limit: int | None) -> list[list[int]]:
        """Token numbers of each text, cut to `limit` tokens if that is given."""
        return self._reader.read(texts, limit=limit)

    def probe(self) -> Tokens:
        """A short text."""
        return self._reader.read(["ready?"])[0]

    def size(self, item: Tokens) -> int:
        """Tokens of a text."""
        return len(item)

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens]) -> list[list[float]]:
        """The probability of each class, for each text."""
        ids, mask = self._reader.pad(batch)
        if self._decoder is None:
            logits = self._model(input_ids=ids, attention_mask=mask).logits
        else:
            hidden = self._decoder(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
            rows = torch.arange(len(batch), device=hidden.device)
            logits = self._model.score(hidden[rows, mask.sum(1) - 1])
        return probabilities(logits, self.labels)
