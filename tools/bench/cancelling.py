"""How soon the slot of a cancelled request serves the next, in steps of the engine."""

import threading
from collections.abc import Iterator

from model_runtime.engine.request import Event, GenerationRequest, Limits, Piece
from tools.bench.figures import Row, Target
from tools.bench.inprocess import GREEDY, loaded
from tools.bench.settings import Settings


def cancelling(settings: Settings) -> Iterator[Row]:
    """One slot; while a long answer is written in it, a request waits. The long one is cancelled in the midst."""
    engine = loaded(settings.random_model, "int8", "--threads", "1", "--slots", "1", "--draft-tokens", "0").engine

    def steps() -> int:
        return int(engine.metrics.registry.get_sample_value("parley_runtime_steps_total") or 0)

    def after(tokens: int) -> int:
        """Steps from a cancellation after so many tokens to the waiting request's first token."""
        cancelled_at: list[int] = []
        used_at: list[int] = []
        seen, used = 0, threading.Event()

        def long_answer(events: list[Event]) -> None:
            nonlocal seen
            seen += sum(isinstance(event, Piece) for event in events)
            if seen >= tokens and not cancelled_at:
                cancelled_at.append(steps())
                long.cancel()

        def next_answer(events: list[Event]) -> None:
            if not used_at:
                used_at.append(steps())
                used.set()

        long = GenerationRequest([5] * 20, GREEDY, Limits(2000, ignore_eos=True), long_answer)
        waiting = GenerationRequest([6] * 20, GREEDY, Limits(1, ignore_eos=True), next_answer)
        engine.submit(long)
        engine.submit(waiting)
        if not used.wait(60):
            raise RuntimeError("the waiting request never got the slot")
        return used_at[0] - cancelled_at[0]

    found = [after(tokens) for tokens in range(3, 3 + settings.count(40, 5))]
    yield Row(
        "from a cancellation to the next user's first token in that slot, most",
        f"{len(found)} cancellations, {min(found)} to {max(found)} steps",
        float(max(found)),
        Target(1, at_least=False),
        unit="steps",
    )
