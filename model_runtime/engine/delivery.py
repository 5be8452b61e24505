"""Hands events to their listeners: once a step, in as few changes of thread as there are listening threads."""

import logging
from collections.abc import Callable

from model_runtime.engine.request import Event, GenerationRequest

logger = logging.getLogger(__name__)

Delivery = tuple[Callable[[list[Event]], None], list[Event]]


class Outbox:
    """Collects deliveries of one step, by the way they are to go."""

    def __init__(self) -> None:
        self._by_post: dict[Callable[..., object] | None, list[Delivery]] = {}

    def add(self, request: GenerationRequest, events: list[Event]) -> None:
        """Have `events` delivered to `request` with the next `send`."""
        self._by_post.setdefault(request.post, []).append((request.deliver, events))

    def send(self) -> None:
        """Deliver everything. A listener that fails is its own loss: nothing is raised."""
        batches, self._by_post = self._by_post, {}
        for post, deliveries in batches.items():
            if post is None:
                _hand_over(deliveries)
                continue
            try:
                post(_hand_over, deliveries)
            except RuntimeError:  # the listeners' event loop has ended, and they with it
                logger.warning("nobody takes the events of %d requests", len(deliveries))


def _hand_over(deliveries: list[Delivery]) -> None:
    for deliver, events in deliveries:
        try:
            deliver(events)
        except Exception:  # one listener's failure must not keep the others' events from them
            logger.exception("a listener failed")
