"""How well a text answers a query, by a transformers model that reads both together and has one output."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer

from model_runtime.backends.classifier import TextClassifier
from model_runtime.backends.probabilities import probabilities
from model_runtime.backends.texts import Tokens
from model_runtime.loading.labels import Labels

# Pairs of like length computed at once: ten in two halves take a quarter less time than padded to the longest.
_TOGETHER = 5


class Pair(NamedTuple):
    """A query and a document as one sequence: token numbers, and which of the two texts each is of (0 or 1)."""

    ids: Sequence[int]
    texts: Sequence[int]


class Reranker(TextClassifier):
    """A classifier with one class that also takes pairs (`engine.pooling.PooledBackend`)."""

    def __init__(self, model: Any, folder: Path, *, labels: Labels, window: int) -> None:
        super().__init__(model, folder, labels=labels, window=window)
        self._pairs = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._pairs.no_padding()
        self._pairs.enable_truncation(self.window, strategy="only_second")
        self._added = self._pairs.num_special_tokens_to_add(is_pair=True)
        self._marks_texts = getattr(model.config, "type_vocab_size", 0) > 1

    def pair(self, query: str, documents: Sequence[str]) -> list[Pair]:
        """The query with each document, which is cut where both are too long together.

        Raises NoTokens, and ValueError where the query leaves no room for a document.
        """
        length = len(self.tokenize([query], None)[0])
        if length + self._added > self.window:
            raise ValueError(f"The query has {length} tokens; this model reads {self.window} with the document.")
        read = self._pairs.encode_batch([(query, document) for document in documents])
        return [Pair(encoding.ids, encoding.type_ids) for encoding in read]

    def size(self, item: Tokens | Pair) -> int:
        """Tokens of a text or a pair."""
        return len(item.ids if isinstance(item, Pair) else item)

    def run(self, batch: Sequence[Tokens | Pair]) -> list[list[float]]:
        """A number from 0 to 1 for each text or pair."""
        order = sorted(range(len(batch)), key=lambda index: self.size(batch[index]))
        rows: dict[int, list[float]] = {}
        for start in range(0, len(order), _TOGETHER):
            part = order[start : start + _TOGETHER]
            rows |= zip(part, self._rows([batch[index] for index in part]), strict=True)
        return [rows[index] for index in range(len(batch))]

    @torch.inference_mode()
    def _rows(self, batch: Sequence[Tokens | Pair]) -> list[list[float]]:
        pairs = [item if isinstance(item, Pair) else Pair(item, [0] * len(item)) for item in batch]
        ids, mask = self._reader.pad([pair.ids for pair in pairs])
        texts = {}
        if self._marks_texts:
            longest = ids.shape[1]
            marks = [[*pair.texts, *[0] * (longest - len(pair.texts))] for pair in pairs]
            texts["token_type_ids"] = torch.tensor(marks, device=ids.device)
        logits = self._model(input_ids=ids, attention_mask=mask, **texts).logits
        return probabilities(logits, self.labels)
