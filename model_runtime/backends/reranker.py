"""How well a text answers a query, by a model that reads both together and has one output."""

from collections.abc import Sequence

from model_runtime.backends.classifier import TextClassifier
from model_runtime.backends.probabilities import probabilities
from model_runtime.backends.texts import Pair, Tokens


class Reranker(TextClassifier):
    """A classifier with one class that also takes pairs (`engine.pooling.PooledBackend`)."""

    def pair(self, query: str, documents: Sequence[str]) -> list[Pair]:
        """The query with each document, which is cut where both are too long together.

        Raises NoTokens, and ValueError where the query leaves no room for a document.
        """
        return self._reader.pair(query, documents)

    def size(self, item: Tokens | Pair) -> int:
        """Tokens of a text or a pair."""
        return len(item.ids if isinstance(item, Pair) else item)

    def run(self, batch: Sequence[Tokens | Pair]) -> list[list[float]]:
        """A number from 0 to 1 for each text or pair."""
        pairs = [item if isinstance(item, Pair) else Pair(item, [0] * len(item)) for item in batch]
        logits = self._model.logits([pair.ids for pair in pairs], [pair.texts for pair in pairs])
        return probabilities(logits, self.labels)
