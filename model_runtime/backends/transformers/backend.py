"""The engine's backend over a transformers causal language model."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from model_runtime.backends.base import Chosen, Work
from model_runtime.backends.sampling import choose
from model_runtime.backends.transformers.cache import SlotCache
from model_runtime.backends.transformers.masks import MaskMaker


class TransformersBackend:
    """Runs all rows that need one token in one pass, and each prompt chunk in a pass of its own."""

    def __init__(
        self,
        model: Any,
        *,
        eos: frozenset[int],
        token_bytes: Callable[[int], bytes],
        context_length: int,
        slots: int = 8,
    ) -> None:
        self.slots = slots
        self.context_length = context_length
        self.eos = eos
        self.ragged = False
        self.token_bytes = token_bytes
        self._model = model
        self._device = next(model.parameters()).device
        self._cache = SlotCache(slots, context_length)
        self._masks = MaskMaker(model.config)

    @torch.inference_mode()
    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        """Compute every piece of work (see `backends.base.Backend`)."""
        logits: dict[int, torch.Tensor] = {}
        single = sorted((work for work in works if len(work.tokens) == 1), key=lambda work: work.slot)
        if single:
            logits |= {work.slot: rows for work, rows in zip(single, self._forward(single), strict=True)}
        for work in works:
            if len(work.tokens) > 1:
                logits[work.slot] = self._forward([work])[0]
        asking = [work for work in works if work.choices]
        if not asking:
            return [[] for _ in works]
        rows = torch.cat([logits[work.slot][-len(work.choices) :] for work in asking])
        chosen = iter(choose(rows, [choice for work in asking for choice in work.choices]))
        return [[next(chosen) for _ in work.choices] for work in works]

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        self._cache.copy(source, target, length)

    def attach(self, slot: int, images: object) -> None:
        """Refuse: this model reads text only."""
        raise ValueError("this model reads no images")

    def _forward(self, works: Sequence[Work]) -> torch.Tensor:
        """Logits where choices are asked, [rows, choices, vocabulary]. All pieces have the same length."""
        positions = torch.tensor(
            [range(work.start, work.start + len(work.tokens)) for work in works], device=self._device
        )
        reach = max(work.start + len(work.tokens) for work in works)
        self._cache.aim([work.slot for work in works], positions, reach)
        output = self._model(
            input_ids=torch.tensor([list(work.tokens) for work in works], device=self._device),
            position_ids=positions,
            attention_mask=self._masks.make(positions, reach),
            cache=self._cache,
            use_cache=True,
            logits_to_keep=max(1, *(len(work.choices) for work in works)),
        )
        logits: torch.Tensor = output.logits
        return logits
