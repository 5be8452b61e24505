"""Texts by a transformers model, in batches that are padded to their longest."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from model_runtime.backends.texts import Tokens
from model_runtime.loading.memory import footprint

# Pairs of like length computed at once: ten in two halves take a quarter less time than padded to the longest.
_TOGETHER = 5


class TransformersTexts:
    """A `texts.TextModel` over a module of transformers."""

    def __init__(self, module: Any) -> None:
        if module.base_model is module and hasattr(module, "pooler"):
            module.pooler = None  # not used for vectors, and some folders have no weights for it
        self.vocab_size = int(module.config.vocab_size)
        self.dimensions = int(module.config.hidden_size)
        self.nbytes = footprint(module)
        self._module = module
        self._padding = int(module.config.pad_token_id or 0)
        self._device = next(module.parameters()).device
        self._marks_texts = getattr(module.config, "type_vocab_size", 0) > 1
        # A decoder's head looks at the last token; transformers finds that by the padding token's number, which
        # fails where a model has none, and where a text ends in that token. We know where each text ends.
        self._decoder = getattr(module, module.base_model_prefix) if hasattr(module, "score") else None

    @torch.inference_mode()
    def states(self, batch: Sequence[Tokens], *, first: bool) -> np.ndarray:
        """See `texts.TextModel`."""
        ids, mask = self._padded(batch)
        hidden = self._module(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        if first:
            return _array(hidden[:, 0])
        weights = mask[:, :, None].float()
        return _array((hidden * weights).sum(1) / weights.sum(1))

    def logits(self, batch: Sequence[Tokens], texts: Sequence[Sequence[int]] | None = None) -> np.ndarray:
        """See `texts.TextModel`."""
        if texts is None:
            return self._logits(batch, None)
        order = sorted(range(len(batch)), key=lambda index: len(batch[index]))
        parts = [order[start : start + _TOGETHER] for start in range(0, len(order), _TOGETHER)]
        rows = [self._logits([batch[index] for index in part], [texts[index] for index in part]) for part in parts]
        found: np.ndarray = np.concatenate(rows)[np.argsort(order)]
        return found

    @torch.inference_mode()
    def _logits(self, batch: Sequence[Tokens], texts: Sequence[Sequence[int]] | None) -> np.ndarray:
        ids, mask = self._padded(batch)
        if self._decoder is not None:
            hidden = self._decoder(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
            rows = torch.arange(len(batch), device=hidden.device)
            return _array(self._module.score(hidden[rows, mask.sum(1) - 1]))
        marks = {}
        if texts is not None and self._marks_texts:
            marks["token_type_ids"] = torch.tensor(_filled(texts, 0), device=self._device)
        return _array(self._module(input_ids=ids, attention_mask=mask, **marks).logits)

    def _padded(self, batch: Sequence[Tokens]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token numbers and the mask of real ones, both int64 [batch, longest]."""
        real = _filled([[1] * len(ids) for ids in batch], 0)
        padded = _filled(batch, self._padding)
        return torch.tensor(padded, device=self._device), torch.tensor(real, device=self._device)


def _filled(rows: Sequence[Sequence[int]], filling: int) -> list[list[int]]:
    longest = max(map(len, rows))
    return [[*row, *[filling] * (longest - len(row))] for row in rows]


def _array(tensor: torch.Tensor) -> np.ndarray:
    array: np.ndarray = tensor.float().cpu().numpy()
    return array
