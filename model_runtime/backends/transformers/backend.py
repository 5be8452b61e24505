"""The engine's backend over a transformers causal language model."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from model_runtime.backends.base import Choice, Chosen, Work
from model_runtime.backends.transformers.cache import SlotCache
from model_runtime.backends.transformers.masks import MaskMaker
from model_runtime.backends.transformers.sampling import choose


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
        self.token_bytes = token_bytes
        self._model = model
        self._device = next(model.parameters()).device
        self._cache = SlotCache(slots, context_length)
        self._masks = MaskMaker(model.config)

    @torch.inference_mode()
    def run(self, works: Sequence[Work]) -> list[Chosen | None]:
        """Compute every piece of work (see `backends.base.Backend`)."""
        rows: dict[int, torch.Tensor] = {}
        single = sorted((work for work in works if len(work.tokens) == 1), key=lambda work: work.slot)
        if single:
            rows |= {work.slot: row for work, row in zip(single, self._forward(single), strict=True)}
        for work in works:
            if len(work.tokens) > 1:
                rows[work.slot] = self._forward([work])[0]
        asked = [(work.slot, work.choice) for work in works if work.choice is not None]
        chosen = self._choose(rows, asked)
        return [chosen.get(work.slot) for work in works]

    def release(self, slot: int) -> None:
        """Nothing to do: a new sequence writes over the old one's positions, and masks hide the rest."""

    def _forward(self, works: Sequence[Work]) -> torch.Tensor:
        """Logits after the last token of each piece, [rows, vocabulary]. All pieces have the same length."""
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
            logits_to_keep=1,
        )
        logits: torch.Tensor = output.logits[:, -1]
        return logits

    @staticmethod
    def _choose(rows: dict[int, torch.Tensor], asked: list[tuple[int, Choice]]) -> dict[int, Chosen]:
        if not asked:
            return {}
        logits = torch.stack([rows[slot] for slot, _ in asked])
        picked = choose(logits, [choice for _, choice in asked])
        return {slot: chosen for (slot, _), chosen in zip(asked, picked, strict=True)}
