"""The engine's backend over a transformers causal language model."""

import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch

from model_runtime.backends.base import Chosen, Work
from model_runtime.backends.sampling import choose
from model_runtime.backends.transformers.adapters import adapt
from model_runtime.backends.transformers.cache import SlotCache
from model_runtime.backends.transformers.grouping import passes
from model_runtime.backends.transformers.images import ImageSlots
from model_runtime.backends.transformers.masks import MaskMaker
from model_runtime.loading.adapters import Adapter
from model_runtime.loading.multimodal import PromptImages

PADDING = {"cpu": 8, "cuda": 1024}
"""Tokens that cost about as much as a pass does by itself."""


class TransformersBackend:
    """Runs works of about the same length in one pass."""

    def __init__(
        self,
        model: Any,
        *,
        eos: frozenset[int],
        token_bytes: Callable[[int], bytes],
        context_length: int,
        slots: int = 8,
        adapters: Sequence[Adapter] = (),
    ) -> None:
        self.slots = slots
        self.context_length = context_length
        self.eos = eos
        self.token_bytes = token_bytes
        self._model = model
        self._device = next(model.parameters()).device
        self._padding = PADDING[self._device.type]
        # On a GPU padding costs next to nothing, so drafts of one hold up nobody.
        self.ragged = self._device.type == "cuda"
        self._cache = SlotCache(slots, context_length)
        self._masks = MaskMaker(model.config.get_text_config())
        self.images = ImageSlots(model) if hasattr(model, "get_image_features") else None
        self._adapters = adapt(model, adapters)
        self._begun: set[int] = set()
        """Slots whose new sequence has not been computed yet."""
        self._doubtful: set[int] = set()
        """Slots that may hold NaN: no choice has been made by numbers after what was computed last."""

    @torch.inference_mode()
    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        """Compute every piece of work (see `backends.base.Backend`)."""
        self._clean(works)
        logits: dict[int, torch.Tensor] = {}
        for group in passes(works, self._padding):
            logits |= {work.slot: rows for work, rows in zip(group, self._forward(group), strict=True)}
        asking = [work for work in works if work.choices]
        if not asking:
            return [[] for _ in works]
        rows = torch.cat([logits[work.slot][-len(work.choices) :] for work in asking])
        chosen = iter(choose(rows, [choice for work in asking for choice in work.choices]))
        results = [[next(chosen) for _ in work.choices] for work in works]
        for work, result in zip(works, results, strict=True):
            if result and not any(math.isnan(one.logprob) for one in result):
                self._doubtful.discard(work.slot)
        return results

    @torch.inference_mode()
    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        self._cache.copy(source, target, length)

    def attach(self, slot: int, images: object) -> None:
        """Say what the image tokens of the sequence that begins in `slot` stand for: `PromptImages` or None."""
        if self.images is not None:
            self.images.attach(slot, cast(PromptImages | None, images))
        elif images is not None:
            raise ValueError("this model reads no images")
        self._begun.add(slot)

    def _clean(self, works: Sequence[Work]) -> None:
        """Rid slots of NaN that a former sequence left: masked positions still enter 0 x value."""
        for work in works:
            if work.slot in self._begun & self._doubtful:
                self._cache.clear(work.slot, work.start)
            self._begun.discard(work.slot)
            self._doubtful.add(work.slot)

    def _forward(self, works: Sequence[Work]) -> torch.Tensor:
        """Logits of the last places ([rows, places, vocabulary]), as many as any of the works has choices."""
        longest = max(len(work.tokens) for work in works)
        # A shorter row begins with copies of its first token, in that token's place: they write what stands there.
        padding = [longest - len(work.tokens) for work in works]
        tokens = [[work.tokens[0]] * pad + list(work.tokens) for work, pad in zip(works, padding, strict=True)]
        positions = torch.tensor(
            [
                [work.start] * pad + list(range(work.start, work.start + len(work.tokens)))
                for work, pad in zip(works, padding, strict=True)
            ],
            device=self._device,
        )
        reach = max(work.start + len(work.tokens) for work in works)
        self._cache.aim([work.slot for work in works], positions, reach)
        self._adapters.aim([work.adapter for work in works], self._device)
        ids = torch.tensor(tokens, device=self._device)
        output = self._model(
            **({"inputs_embeds": self.images.embed(works, ids, positions)} if self.images else {"input_ids": ids}),
            position_ids=positions,
            attention_mask=self._masks.make(positions, reach),
            cache=self._cache,
            use_cache=True,
            logits_to_keep=max(1, *(len(work.choices) for work in works)),
        )
        logits: torch.Tensor = output.logits
        return logits
