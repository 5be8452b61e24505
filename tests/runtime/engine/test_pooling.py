"""Small batches for embeddings and classes: who is computed with whom, and that everybody gets an answer."""

import asyncio
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.engine.pooling import NotFinite, PoolingEngine, PoolingJob, Row


class Lengths:
    """A backend whose inputs are strings; a row is the string's length. `gate` is called before each batch."""

    def __init__(self, gate: Callable[[], Any] = lambda: None) -> None:
        self.batches: list[list[str]] = []
        self._gate = gate

    def probe(self) -> str:
        return "?"

    def size(self, item: str) -> int:
        return len(item)

    def run(self, batch: Sequence[str]) -> list[Row]:
        self.batches.append(list(batch))
        self._gate()
        return [[float(len(item))] for item in batch]


class Overflowing(Lengths):
    """Computes NaN for `bad`."""

    def run(self, batch: Sequence[str]) -> list[Row]:
        return [
            [math.nan, 1.0] if item == "bad" else row for item, row in zip(batch, super().run(batch), strict=True)
        ]


def test_an_input_that_becomes_nan_fails_its_own_request_only() -> None:
    engine = PoolingEngine(Overflowing())
    answers = [Answer() for _ in range(3)]
    for answer, inputs in zip(answers, (["aaa", "bbb"], ["one", "bad", "two", "x" * 900], ["ccc"]), strict=True):
        engine.submit(PoolingJob(inputs, answer.deliver))
    first, broken, last = (answer.wait() for answer in answers)
    engine.stop()
    assert (first, last) == ([[3.0], [3.0]], [[3.0]])
    assert isinstance(broken, NotFinite)


class Answer:
    """What a job got, and a way to wait for it."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._outcome: list[Row] | Exception = []

    def deliver(self, outcome: list[Row] | Exception) -> None:
        assert not self._done.is_set(), "delivered twice"
        self._outcome = outcome
        self._done.set()

    def wait(self) -> list[Row] | Exception:
        assert self._done.wait(60)
        return self._outcome


def held(**options: int) -> tuple[PoolingEngine[Lengths], threading.Event]:
    """An engine that computes nothing, after one batch it already began, until the event is set."""
    gate, began = threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        assert gate.wait(60)

    engine = PoolingEngine(Lengths(wait), **options)
    engine.submit(PoolingJob(["first"], lambda _outcome: None))
    assert began.wait(60)
    return engine, gate


def submit(engine: PoolingEngine[Lengths], *inputs: str) -> tuple[PoolingJob, Answer]:
    answer = Answer()
    job = PoolingJob(inputs, answer.deliver)
    engine.submit(job)
    return job, answer


@given(st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=6), min_size=1, max_size=6))
def test_every_job_gets_its_rows_in_order_and_no_batch_is_too_large(jobs: list[list[int]]) -> None:
    engine, gate = held(batch_tokens=64)
    answers = [submit(engine, *("x" * size for size in sizes))[1] for sizes in jobs]
    gate.set()
    for answer, sizes in zip(answers, jobs, strict=True):
        assert answer.wait() == [[float(size)] for size in sizes]
    for batch in engine.backend.batches:
        assert len(batch) == 1 or max(map(len, batch)) * len(batch) <= 64
    engine.stop()


def test_a_question_is_computed_before_the_rest_of_a_document() -> None:
    engine, gate = held(batch_tokens=64)
    _, document = submit(engine, *["d" * 60] * 20)
    _, question = submit(engine, "q")
    gate.set()
    question.wait()
    document.wait()
    place = next(number for number, batch in enumerate(engine.backend.batches) if "q" in batch)
    assert place <= 2
    assert all(len(batch) == 1 for batch in engine.backend.batches[1:] if "d" * 60 in batch), (
        "nothing is padded to it"
    )
    engine.stop()


def test_questions_of_many_callers_share_one_batch() -> None:
    engine, gate = held()
    answers = [submit(engine, "q" * size)[1] for size in (9, 12, 30, 8)]
    gate.set()
    for answer in answers:
        answer.wait()
    assert len(engine.backend.batches) == 2
    assert sorted(map(len, engine.backend.batches[1])) == [8, 9, 12, 30]
    engine.stop()


def test_a_stream_of_questions_does_not_starve_a_document() -> None:
    engine, gate = held(batch_tokens=64)
    _, document = submit(engine, "d" * 60, "d" * 60)
    questions = [submit(engine, "q" * 40)[1] for _ in range(30)]
    gate.set()
    document.wait()
    for question in questions:
        question.wait()
    last = max(number for number, batch in enumerate(engine.backend.batches) if "d" * 60 in batch)
    assert last <= 8
    engine.stop()


def test_a_full_queue_refuses_at_once() -> None:
    engine, gate = held(queue_size=2)
    submit(engine, "x")
    with pytest.raises(QueueFull):
        submit(engine, "y")
    gate.set()
    engine.stop()


def test_a_cancelled_job_is_not_computed() -> None:
    engine, gate = held()
    job, answer = submit(engine, "never")
    job.cancelled = True
    gate.set()
    assert isinstance(answer.wait(), EngineStopped)
    assert all("never" not in batch for batch in engine.backend.batches)
    engine.stop()


def test_a_client_that_leaves_between_others_images_ends_nobody_else() -> None:
    engine, gate = held()
    waiting, left = Answer(), Answer()
    jobs = [PoolingJob([np.ones(3)], answer.deliver) for answer in (waiting, left)]
    for job in jobs:
        engine.submit(job)
    jobs[1].cancelled = True
    gate.set()
    assert isinstance(left.wait(), EngineStopped)
    assert waiting.wait() == [[3.0]]
    engine.stop()


def test_a_batch_that_fails_fails_its_jobs_and_the_engine_goes_on() -> None:
    failing = [True]

    def fail_once() -> None:
        if failing:
            failing.clear()
            raise MemoryError("no room")

    engine = PoolingEngine(Lengths(fail_once))
    assert isinstance(submit(engine, "a")[1].wait(), MemoryError)
    assert submit(engine, "abc")[1].wait() == [[3.0]]
    engine.stop()


def test_stopping_answers_whoever_waits() -> None:
    engine, gate = held()
    _, answer = submit(engine, "x")
    stopper = threading.Thread(target=engine.stop)
    stopper.start()
    gate.set()
    assert isinstance(answer.wait(), (EngineStopped, list))
    stopper.join(60)
    with pytest.raises(EngineStopped):
        submit(engine, "y")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_engine_at_fault_leaves_nobody_waiting_and_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, gate = held()
    _, answer = submit(engine, "waits")
    monkeypatch.setattr(engine, "_next_batch", lambda _jobs: 1 / 0)
    gate.set()
    assert isinstance(answer.wait(), EngineStopped)
    with pytest.raises(EngineStopped):
        submit(engine, "too late")
    engine.stop()


def test_a_listener_that_is_gone_is_its_own_loss_and_the_engine_goes_on() -> None:
    engine, gate = held()
    loop = asyncio.new_event_loop()
    loop.close()
    engine.submit(PoolingJob(["x"], lambda outcome: loop.call_soon_threadsafe(print, outcome)))
    _, answer = submit(engine, "abc")
    gate.set()
    assert answer.wait() == [[3.0]]
    assert submit(engine, "ab")[1].wait() == [[2.0]]
    assert not engine.busy
    engine.stop()


def test_a_backend_that_makes_too_few_rows_fails_the_batch_and_the_engine_goes_on() -> None:
    class Forgetful(Lengths):
        def run(self, batch: Sequence[str]) -> list[Row]:
            return super().run([item for item in batch if item != "forgotten"])

    engine = PoolingEngine(Forgetful())
    assert isinstance(submit(engine, "forgotten", "b")[1].wait(), RuntimeError)
    assert submit(engine, "abc")[1].wait() == [[3.0]]
    engine.stop()


def test_an_operator_sees_who_waits_how_long_and_what_is_computed_together() -> None:
    engine, gate = held()

    def value(name: str, **labels: str) -> float | None:
        return engine.metrics.registry.get_sample_value(f"parley_runtime_{name}", labels)

    _, first = submit(engine, "q" * 9, "q" * 12)
    _, second = submit(engine, "q" * 30)
    never, cancelled = submit(engine, "never")
    never.cancelled = True
    assert (value("requests_running"), value("requests_waiting")) == (1, 3)
    gate.set()
    for answer in (first, second, cancelled):
        answer.wait()
    engine.stop()
    assert (value("requests_running"), value("requests_waiting")) == (0, 0)
    assert engine.metrics.finished == {
        "stop": 3,
        "cancelled": 1,
        "length": 0,
        "deadline_exceeded": 0,
        "error": 0,
    }
    assert value("queue_seconds_count") == 4
    assert (value("step_sequences_sum"), value("step_sequences_count")) == (4, 2)
    assert value("step_tokens_sum") == len("first") + 9 + 12 + 30


def test_a_probe_is_not_counted_among_the_requests() -> None:
    engine = PoolingEngine(Lengths())
    answer = Answer()
    engine.submit(PoolingJob(["?"], answer.deliver, probe=True))
    assert answer.wait() == [[1.0]]
    engine.stop()
    assert sum(engine.metrics.finished.values()) == 0
