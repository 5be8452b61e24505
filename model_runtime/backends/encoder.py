"""Texts to vectors: mean of the last layer, or its first token, then length 1 (what sentence models do)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from model_runtime.backends.texts import TextModel, TextReader, Tokens
from model_runtime.loading.judging.sentence_check import SentencePooling


class TextEncoder:
    """An embedding model (`engine.pooling.PooledBackend`); its inputs are token numbers."""

    def __init__(self, model: TextModel, folder: Path, pooling: SentencePooling) -> None:
        self._model = model
        self._reader = TextReader(folder, window=pooling.window)
        self._first_token = pooling.first_token
        self.dimensions = model.dimensions
        self.vocab_size = model.vocab_size
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

    def run(self, batch: Sequence[Tokens]) -> list[list[float]]:
        """One vector of length 1 for each text."""
        states = self._model.states(batch, first=self._first_token)
        lengths = np.linalg.norm(states, axis=1, keepdims=True)
        vectors: list[list[float]] = (states / np.maximum(lengths, np.float32(1e-12))).tolist()
        return vectors
