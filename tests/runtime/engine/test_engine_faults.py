"""Whatever fails, is cancelled or comes too late: exactly one terminal event each, and the engine lives on."""

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_runtime.backends.base import Chosen, Sampling, Work
from model_runtime.engine.loop import Engine, EngineStopped
from model_runtime.engine.request import Event, GenerationRequest, Limits
from tests.examples import examples
from tests.runtime.engine.contexts import Awaited, ContextBackend


class FaultyBackend(ContextBackend):
    """Calls `before` at every step; that may raise, as the copying may."""

    def __init__(self, **options: int) -> None:
        super().__init__(**options)
        self.steps = 0
        self.before = lambda step: None
        self.failing_copies: set[int] = set()

    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        self.steps += 1
        self.before(self.steps)
        return super().run(works)

    def copy(self, source: int, target: int, length: int) -> None:
        if len(self.copies) in self.failing_copies:
            self.copies.append((source, target, length))
            raise RuntimeError("no copy")
        super().copy(source, target, length)


@settings(max_examples=examples(60))
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 12))
def test_every_request_ends_once_through_failures_cancellations_and_deadlines(
    seed: int, slots: int, count: int
) -> None:
    chance = random.Random(seed)
    backend = FaultyBackend(slots=slots)
    backend.failing_copies = {index for index in range(20) if chance.random() < 0.1}
    prompt = [97 + index % 5 for index in range(60)]
    listeners = [
        Awaited(
            prompt[: chance.randrange(1, 60)], Limits(chance.randrange(1, 40)), seed=index, caller=str(index % 3)
        )
        for index in range(count)
    ]

    def before(step: int) -> None:
        if chance.random() < 0.2:
            chance.choice(listeners).request.cancel()
        if chance.random() < 0.2:
            chance.choice(listeners).request.deadline = 0.0
        if chance.random() < 0.1:
            raise MemoryError("no room")

    backend.before = before
    engine = Engine(backend, prefill_tokens=chance.choice([8, 512]))
    engine.submit(*(listener.request for listener in listeners))
    for listener in listeners:
        finished = listener.wait()
        if finished.reason in ("stop", "length"):
            assert listener.tokens == listener.expected()[0]
        elif finished.reason == "error":
            assert finished.code in ("deadline_exceeded", "generation_failed")
    backend.before = lambda step: None
    backend.failing_copies = set()
    after = Awaited(prompt, Limits(5))
    engine.submit(after.request)
    assert after.wait().reason in ("stop", "length")
    assert after.tokens == after.expected()[0]
    engine.stop()
    assert sum(engine.metrics.finished.values()) == count + 1


def test_a_failed_step_leaves_nothing_to_reuse() -> None:
    backend = FaultyBackend(slots=1)
    engine = Engine(backend)

    def fail(step: int) -> None:
        if step == 2:
            raise RuntimeError("out of luck")

    backend.before = fail
    first, second = Awaited([97] * 50, Limits(5, ignore_eos=True)), Awaited([97] * 50, Limits(5, ignore_eos=True))
    engine.submit(first.request)
    assert first.wait().code == "generation_failed"
    engine.submit(second.request)
    assert second.wait().cached_tokens == 0
    engine.stop()


class OverflowingBackend(ContextBackend):
    """Computes no numbers after a prompt that begins with `z`, from the fourth token on."""

    def _compute(self, work: Work) -> list[Chosen]:
        results = super()._compute(work)
        cells = self.cells[work.slot]
        broken = cells[0][0] == ord("z") and len(cells) > 60
        return [one._replace(logprob=math.nan) for one in results] if broken else results


@pytest.mark.parametrize("drafts", [0, 8])
def test_nan_ends_its_own_request_and_the_others_write_what_they_would_have_written(drafts: int) -> None:
    backend = OverflowingBackend(slots=3)
    engine = Engine(backend, draft_tokens=drafts)
    limits = Limits(30, ignore_eos=True)
    good = [Awaited([97 + index] * 20, limits, seed=index) for index in range(4)]
    bad, again = (Awaited([ord("z")] * 58, limits, seed=9) for _ in range(2))
    engine.submit(good[0].request, bad.request, *(one.request for one in good[1:]), again.request)
    for one in good:
        assert one.wait().reason == "length"
        assert one.tokens == one.expected()[0]
    for one in (bad, again):
        finished = one.wait()
        assert (finished.reason, finished.code) == ("error", "not_finite")
        assert "NaN" in (finished.error or "")
        assert len(one.tokens) < 30
    third = Awaited([ord("z")] * 58, limits)
    engine.submit(third.request)
    assert third.wait().cached_tokens == 0, "nothing builds on what holds NaN"
    engine.stop()


def test_a_running_answer_past_its_deadline_ends_within_a_step() -> None:
    backend = FaultyBackend(slots=1)
    engine = Engine(backend, draft_tokens=0)
    late = Awaited([97, 98], Limits(300, ignore_eos=True))

    def pass_deadline(step: int) -> None:
        if step == 3:
            late.request.deadline = 0.0

    backend.before = pass_deadline
    engine.submit(late.request)
    finished = late.wait()
    engine.stop()
    assert (finished.reason, finished.code) == ("error", "deadline_exceeded")
    assert finished.completion_tokens == backend.steps == 3


def test_a_waiting_request_past_its_deadline_ends_without_a_slot() -> None:
    backend = FaultyBackend(slots=1)
    engine = Engine(backend)
    running, late = Awaited([97], Limits(300, ignore_eos=True)), Awaited([98] * 9, Limits(5), deadline=0.0)
    seen: list[int] = []
    running.request.deliver = lambda events: (seen.append(len(late.events)), running.deliver(events))[1]
    engine.submit(running.request, late.request)
    assert late.wait().code == "deadline_exceeded"
    running.request.cancel()
    running.wait()
    engine.stop()
    assert late.finished.queue_ms >= 0
    assert all(work.tokens[0] != 98 or len(work.tokens) != 9 for work in backend.works)
    assert seen[0] == 1, "it ended before the first step's events"


def test_a_listener_that_fails_loses_its_own_events_only() -> None:
    engine = Engine(ContextBackend(slots=2))

    def refuse(events: list[Event]) -> None:
        raise ValueError("not now")

    good = Awaited([97], Limits(20, ignore_eos=True))
    engine.submit(GenerationRequest([97], Sampling(), Limits(20), refuse), good.request)
    assert good.wait().reason == "length"
    again = Awaited([98], Limits(2, ignore_eos=True))
    engine.submit(again.request)
    assert again.wait().reason == "length"
    engine.stop()


def test_one_call_a_step_brings_the_events_of_all_who_listen_in_one_thread() -> None:
    calls: list[int] = []

    def post(hand_over: object, deliveries: list[object]) -> None:
        calls.append(len(deliveries))
        hand_over(deliveries)  # type: ignore[operator]

    engine = Engine(ContextBackend(slots=3), draft_tokens=0)
    listeners = [Awaited([97 + index], Limits(10, ignore_eos=True), post=post) for index in range(3)]
    engine.submit(*(listener.request for listener in listeners))
    for listener in listeners:
        assert listener.wait().completion_tokens == 10
        assert len(listener.events) == 11
    engine.stop()
    assert calls == [3] * 10


def test_an_event_loop_that_has_ended_stops_nobody() -> None:
    def post(*_: object) -> None:
        raise RuntimeError("Event loop is closed")

    engine = Engine(ContextBackend(slots=2))
    lost, good = Awaited([97], Limits(5), post=post), Awaited([97], Limits(5, ignore_eos=True))
    engine.submit(lost.request, good.request)
    assert good.wait().reason == "length"
    engine.stop()
    assert not lost.events


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_engine_that_is_itself_at_fault_ends_everything_and_takes_no_more() -> None:
    backend = FaultyBackend(slots=1)
    engine = Engine(backend)

    def corrupt(step: int) -> None:
        backend.slots = 2  # the slots no longer add up

    backend.before = corrupt
    first, second = Awaited([97], Limits(1)), Awaited([98], Limits(1))
    engine.submit(first.request)
    first.wait()
    engine._thread.join(60)
    with pytest.raises(EngineStopped):
        engine.submit(second.request)
