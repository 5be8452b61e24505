"""The engine's backend over the lean decoder."""

from collections.abc import Callable, Sequence
from typing import Protocol

from model_runtime.backends.base import Chosen, Work


class Decoder(Protocol):
    """What computes: on a CPU `decoder.decoder`, on a card `card.decoder`."""

    def compute(self, works: Sequence[Work]) -> list[Chosen]:
        """What the choices of all works, in their order, come to."""

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""


class DecoderBackend:
    """Computes all pieces of work of a step in one pass, whatever their lengths."""

    def __init__(
        self,
        decoder: Decoder,
        *,
        eos: frozenset[int],
        token_bytes: Callable[[int], bytes],
        context_length: int,
        slots: int,
    ) -> None:
        self.slots = slots
        self.context_length = context_length
        self.eos = eos
        self.ragged = True
        self.token_bytes = token_bytes
        self._decoder = decoder

    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        """Compute every piece of work (see `backends.base.Backend`)."""
        if not works:
            return []
        chosen = iter(self._decoder.compute(works))
        return [[next(chosen) for _ in work.choices] for work in works]

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        self._decoder.copy(source, target, length)

    def attach(self, slot: int, images: object) -> None:
        """Refuse images: this model reads text only."""
        if images is not None:
            raise ValueError("this model reads no images")
