"""The engine's backend over a transformers causal language model."""

import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch

from model_runtime.backends.base import Chosen, Work
from model_runtime.backends.sampling import choose
from model_runtime.backends.transformers.adapters import adapt
from model_runtime.backends.transformers.cache import SlotCache
from model_runtime.backends.transformers.graphs import PassGraphs
from model_runtime.backends.transformers.grouping import passes
from model_runtime.backends.transformers.images import ImageSlots
from model_runtime.backends.transformers.masks import MaskMaker
from model_runtime.loading.adapters import Adapter
from model_runtime.loading.multimodal import PromptImages

PADDING = {"cpu": 8, "cuda": 1024}
"""Tokens that cost about as much as a pass does by itself."""
_SMALLEST = {"cpu": 256, "cuda": 2048}
"""Positions of a slot at first. On a GPU every growth makes recorded passes useless."""
_BLOCK = {"cpu": 1, "cuda": 64}
"""What attention's reach is rounded up to: a GPU's kernels take masks whose rows begin at even addresses."""


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
        self._block = _BLOCK[self._device.type]
        self._cache = SlotCache(slots, context_length, smallest=_SMALLEST[self._device.type])
        self._masks = MaskMaker(model.config.get_text_config())
        self.images = ImageSlots(model) if hasattr(model, "get_image_features") else None
        self._adapters = adapt(model, adapters)
        self._graphs = PassGraphs(self._compute, self._device) if self.ragged and self.images is None else None
        self._begun: set[int] = set()
        """Slots whose new sequence has not been computed yet."""
        self._doubtful: set[int] = set()
        """Slots that may hold NaN: no choice has been made by numbers after what was computed last."""

    @torch.inference_mode()
    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        """Compute every piece of work (see `backends.base.Backend`)."""
        self._clean(works)
        logits: dict[int, torch.Tensor] = {}
        for group in self._groups(works):
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

    def _groups(self, works: Sequence[Work]) -> list[list[Work]]:
        """Works that share a pass: what writes, where that is replayed, and what else is about as long."""
        writing = [work for work in works if self._graphs is not None and self._graphs.takes(1, len(work.tokens))]
        writing.sort(key=lambda work: work.slot)
        if not self._replayed(writing):
            return passes(works, self._padding)
        slots = {work.slot for work in writing}
        return [writing, *passes([work for work in works if work.slot not in slots], self._padding)]

    def _replayed(self, works: Sequence[Work]) -> bool:
        """Whether a recording may compute these works."""
        return (
            self._graphs is not None
            and bool(works)
            and self._graphs.takes(len(works), max(len(work.tokens) for work in works))
            and not any(work.adapter for work in works)
        )

    def _forward(self, works: Sequence[Work]) -> torch.Tensor:
        """Logits of the last places ([rows, places, vocabulary]), as many as any of the works has choices."""
        slots = [work.slot for work in works]
        tokens = [list(work.tokens) for work in works]
        positions = [list(range(work.start, work.start + len(work.tokens))) for work in works]
        reach = max(row[-1] for row in positions) + 1
        moved = self._cache.reserve(reach)
        if self._graphs is not None and moved:
            self._graphs.forget()
        if self._graphs is not None and self._replayed(works):
            self._adapters.aim([], self._device)
            return self._graphs.run(tokens, positions, slots, self._cache.capacity)
        self._adapters.aim([work.adapter for work in works], self._device)
        # A shorter row begins with copies of its first token, in that token's place: they write what stands there.
        longest = max(map(len, tokens))
        padded = [[[row[0]] * (longest - len(row)) + row for row in rows] for rows in (tokens, positions)]
        given = torch.tensor(padded, device=self._device)
        follow = slots == list(range(slots[0], slots[0] + len(slots)))
        return self._compute(
            given[0],
            given[1],
            torch.tensor(slots, device=self._device),
            min(self._cache.capacity, -(-reach // self._block) * self._block),
            rows=slice(slots[0], slots[0] + len(slots)) if follow else None,
            keep=max(1, *(len(work.choices) for work in works)),
            works=works,
        )

    def _compute(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        slots: torch.Tensor,
        reach: int,
        *,
        rows: slice | None = None,
        keep: int = 0,
        works: Sequence[Work] = (),
    ) -> torch.Tensor:
        """Logits of the last `keep` places, or all, of a pass; see `SlotCache.aim`. `works` may have images."""
        self._cache.aim(slots, positions, reach, rows=rows)
        if self.images is None:
            given = {"input_ids": tokens}
        else:
            given = {"inputs_embeds": self.images.embed(works, tokens, positions)}
        output = self._model(
            **given,
            position_ids=positions,
            attention_mask=self._masks.make(positions, reach),
            cache=self._cache,
            use_cache=True,
            logits_to_keep=keep,
        )
        logits: torch.Tensor = output.logits
        return logits
