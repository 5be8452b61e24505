"""What each step computes: prompts in chunks, writing never held up, first come first served."""

import pytest

from model_runtime.backends.base import Sampling
from model_runtime.engine.request import Event, GenerationRequest, Limits
from model_runtime.engine.scheduler import Scheduler
from tests.runtime.support.fake_backend import FakeBackend


def request(prompt: int, max_tokens: int = 4) -> GenerationRequest:
    def ignore(_events: list[Event]) -> None:
        pass

    return GenerationRequest(list(range(1, prompt + 1)), Sampling(), Limits(max_tokens), ignore)


def push(scheduler: Scheduler, *requests: GenerationRequest) -> None:
    for one in requests:
        scheduler.waiting.push(one)


def step(scheduler: Scheduler, backend: FakeBackend) -> list[tuple[int, int, bool]]:
    """Run one step; (slot, tokens, whether a choice was asked) of each piece of work."""
    scheduler.admit()
    planned = scheduler.plan()
    for (sequence, work), chosen in zip(planned, backend.run([work for _, work in planned]), strict=True):
        sequence.advance(work, chosen)
    scheduler.retire()
    scheduler.check_integrity()
    return [(work.slot, len(work.tokens), bool(work.choices)) for _, work in planned]


def test_a_long_prompt_is_computed_in_chunks_and_chooses_only_at_its_end() -> None:
    backend = FakeBackend(slots=1)
    scheduler = Scheduler(backend, prefill_tokens=10)
    scheduler.waiting.push(request(24))
    assert [step(scheduler, backend) for _ in range(4)] == [
        [(0, 10, False)],
        [(0, 10, False)],
        [(0, 4, True)],
        [(0, 1, True)],
    ]


def test_a_long_prompt_does_not_hold_up_a_neighbour_that_writes() -> None:
    backend = FakeBackend(slots=2)
    scheduler = Scheduler(backend, prefill_tokens=8)
    scheduler.waiting.push(request(2, max_tokens=8))
    step(scheduler, backend)
    scheduler.waiting.push(request(30))
    for _ in range(3):
        assert step(scheduler, backend) == [(0, 1, True), (1, 8, False)]


def test_prompts_share_a_steps_budget_in_order_of_arrival() -> None:
    backend = FakeBackend(slots=3)
    scheduler = Scheduler(backend, prefill_tokens=10)
    push(scheduler, request(7), request(7), request(7))
    assert step(scheduler, backend) == [(0, 7, True), (1, 3, False)]
    assert step(scheduler, backend) == [(0, 1, True), (1, 4, True), (2, 6, False)]


def test_who_waits_longest_gets_the_next_free_slot() -> None:
    backend = FakeBackend(slots=1)
    scheduler = Scheduler(backend)
    push(scheduler, request(2, 1), request(3, 1), request(4, 1))
    assert [step(scheduler, backend)[0][1] for _ in range(3)] == [2, 3, 4]


def test_a_slow_model_gets_smaller_chunks_and_a_fast_one_larger_again() -> None:
    backend = FakeBackend(slots=1, context_length=5000)
    scheduler = Scheduler(backend, prefill_tokens=400)
    scheduler.waiting.push(request(3000))
    assert step(scheduler, backend) == [(0, 400, False)]
    scheduler.pace(400, 2.0)
    assert step(scheduler, backend) == [(0, 100, False)]
    scheduler.pace(100, 60.0)
    assert step(scheduler, backend) == [(0, 32, False)]
    scheduler.pace(32, 0.001)
    assert step(scheduler, backend) == [(0, 400, False)]
    scheduler.pace(2, 9.0)
    assert step(scheduler, backend) == [(0, 400, False)]


def test_slots_that_do_not_add_up_are_an_error() -> None:
    scheduler = Scheduler(FakeBackend(slots=2))
    scheduler._free.take([1], None, {})
    with pytest.raises(RuntimeError, match="do not add up"):
        scheduler.check_integrity()
