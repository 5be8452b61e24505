"""Texts to the probabilities of classes, by a model with a classification head."""

from collections.abc import Sequence
from pathlib import Path

from model_runtime.backends.probabilities import probabilities
from model_runtime.backends.texts import TextModel, TextReader, Tokens
from model_runtime.loading.judging.labels import Labels


class TextClassifier:
    """A text classifier (`engine.pooling.PooledBackend`); its inputs are token numbers."""

    def __init__(self, model: TextModel, folder: Path, *, labels: Labels, window: int) -> None:
        self.labels = labels
        self.vocab_size = model.vocab_size
        self._model = model
        self._reader = TextReader(folder, window=window)

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

    def run(self, batch: Sequence[Tokens]) -> list[list[float]]:
        """The probability of each class, for each text."""
        return probabilities(self._model.logits(batch), self.labels)
