"""The engine over a scripted backend: queue, slots, cancellation, and one terminal event each."""

import threading
from collections.abc import Callable, Iterator

import pytest

from model_runtime.backends.base import Sampling
from model_runtime.engine.loop import Engine, EngineStopped, QueueFull
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits, Piece
from tests.runtime.support.fake_backend import FakeBackend


class Listener:
    """Collects the events of one request."""

    def __init__(self, prompt: int = 3, **limits: object) -> None:
        self.events: list[Event] = []
        self.ended = threading.Event()
        self.wrote = threading.Event()
        limits.setdefault("max_tokens", 5)
        self.request = GenerationRequest([1] * prompt, Sampling(), Limits(**limits), self.deliver)  # type: ignore[arg-type]

    def deliver(self, events: list[Event]) -> None:
        self.events += events
        if any(isinstance(event, Piece) for event in events):
            self.wrote.set()
        if any(isinstance(event, Finished) for event in events):
            self.ended.set()

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Piece))

    def finished(self) -> Finished:
        assert self.ended.wait(60)
        ends = [event for event in self.events if isinstance(event, Finished)]
        assert len(ends) == 1 and self.events[-1] is ends[0]
        return ends[0]


@pytest.fixture
def start() -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def build(backend: FakeBackend, **options: int) -> Engine:
        engines.append(Engine(backend, **options))
        return engines[-1]

    yield build
    for engine in engines:
        engine.stop()


def test_an_answer_ends_at_its_limit_with_its_counts(start: Callable[..., Engine]) -> None:
    listener = Listener()
    start(FakeBackend()).submit(listener.request)
    finished = listener.finished()
    assert (listener.text, finished.reason) == ("abcde", "length")
    assert (finished.prompt_tokens, finished.completion_tokens, finished.forced_tokens) == (3, 5, 0)
    assert finished.mean_logprob == -0.5


def test_the_end_token_ends_an_answer_unless_it_is_banned(start: Callable[..., Engine]) -> None:
    engine = start(FakeBackend(lambda position: 0 if position == 2 else 97))
    plain, stubborn, short = Listener(), Listener(ignore_eos=True), Listener(min_tokens=2)
    engine.submit(plain.request, stubborn.request, short.request)
    assert (plain.finished().reason, plain.text) == ("stop", "aa")
    assert (stubborn.finished().reason, stubborn.text) == ("length", "aa!aa")
    assert (short.finished().reason, short.text) == ("stop", "aa")


def test_a_full_queue_refuses_at_once_and_names_the_wait(start: Callable[..., Engine]) -> None:
    stepping, gate = threading.Event(), threading.Event()
    engine = start(FakeBackend(slots=1, gate=lambda: stepping.set() or gate.wait()), queue_size=2)
    running, *waiting = [Listener() for _ in range(3)]
    engine.submit(running.request)
    assert stepping.wait(60)
    engine.submit(*(one.request for one in waiting))
    with pytest.raises(QueueFull) as refusal:
        engine.submit(Listener().request)
    assert refusal.value.waiting == 2
    assert 1 <= refusal.value.retry_after <= 30
    gate.set()
    assert {one.finished().reason for one in (running, *waiting)} == {"length"}


def test_requests_are_queued_all_or_none(start: Callable[..., Engine]) -> None:
    engine = start(FakeBackend(slots=1), queue_size=0)
    first, second = Listener(), Listener()
    with pytest.raises(QueueFull):
        engine.submit(first.request, second.request)
    assert not first.events and not second.events


def test_a_cancelled_request_frees_its_slot_within_one_step(start: Callable[..., Engine]) -> None:
    turns = threading.Semaphore(0)
    backend = FakeBackend(slots=1, gate=turns.acquire)
    engine = start(backend)
    first, second = Listener(max_tokens=50), Listener()
    engine.submit(first.request, second.request)
    turns.release(2)
    assert first.wrote.wait(60)
    first.request.cancel()
    turns.release(20)
    assert first.finished().reason == "cancelled"
    assert second.finished().reason == "length"
    assert sum(work.start < 3 for step in backend.steps for work in step) == 2
    assert len(first.text) <= 3


def test_a_request_cancelled_in_the_queue_never_runs(start: Callable[..., Engine]) -> None:
    turns = threading.Semaphore(0)
    backend = FakeBackend(slots=1, gate=turns.acquire)
    engine = start(backend)
    first, second = Listener(), Listener(prompt=7)
    engine.submit(first.request, second.request)
    second.request.cancel()
    turns.release(100)
    assert second.finished().reason == "cancelled"
    assert first.finished().reason == "length"
    assert all(len(work.tokens) != 7 for step in backend.steps for work in step)


def test_an_idle_engine_notices_a_cancellation_of_nothing(start: Callable[..., Engine]) -> None:
    engine = start(FakeBackend())
    engine.wake()
    listener = Listener()
    engine.submit(listener.request)
    assert listener.finished().reason == "length"


def test_a_failing_step_ends_what_runs_and_the_engine_lives_on(start: Callable[..., Engine]) -> None:
    failures = [MemoryError("no room")]

    def gate() -> None:
        if failures:
            raise failures.pop()

    engine = start(FakeBackend(slots=1, gate=gate))
    running, waiting = Listener(), Listener()
    engine.submit(running.request, waiting.request)
    assert running.finished().reason == "error"
    assert "no room" in str(running.finished().error)
    assert waiting.finished().reason == "length"


def test_stopping_cancels_what_runs_and_takes_nothing_new(start: Callable[..., Engine]) -> None:
    turns = threading.Semaphore(0)
    engine = start(FakeBackend(slots=1, gate=turns.acquire))
    running, waiting = Listener(), Listener()
    engine.submit(running.request, waiting.request)
    turns.release(2)
    assert running.wrote.wait(60)
    engine.stop(0)
    turns.release(20)
    assert (running.finished().reason, waiting.finished().reason) == ("cancelled", "cancelled")
    with pytest.raises(EngineStopped):
        engine.submit(Listener().request)


def test_many_requests_over_few_slots_all_end_exactly_once(start: Callable[..., Engine]) -> None:
    engine = start(FakeBackend(slots=3), queue_size=200)
    listeners = [Listener(prompt=1 + index % 9, max_tokens=1 + index % 5) for index in range(100)]
    for index, listener in enumerate(listeners):
        engine.submit(listener.request)
        if index % 7 == 0:
            listener.request.cancel()
    reasons = [listener.finished().reason for listener in listeners]
    assert set(reasons) <= {"length", "cancelled"}
    assert all(reason == "length" for index, reason in enumerate(reasons) if index % 7)
    assert sum(engine.metrics.finished.values()) == 100
