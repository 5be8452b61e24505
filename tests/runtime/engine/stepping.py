"""Steps a scheduler without a thread, so that tests decide what happens between two steps."""

from model_runtime.backends.base import Backend, Work
from model_runtime.engine.scheduler import Scheduler
from tests.runtime.engine.contexts import Listener


class Stepper:
    """A scheduler that is stepped by hand and hands out events at once."""

    def __init__(self, backend: Backend, **options: object) -> None:
        self.backend = backend
        self.scheduler = Scheduler(backend, **options)  # type: ignore[arg-type]

    def add(self, *listeners: Listener) -> None:
        for listener in listeners:
            self.scheduler.waiting.push(listener.request)

    def step(self) -> list[Work]:
        """One step; its works in order of slots."""
        self.scheduler.admit()
        planned = self.scheduler.plan()
        results = self.backend.run([work for _, work in planned])
        for (sequence, work), chosen in zip(planned, results, strict=True):
            sequence.advance(work, chosen)
        for sequence in self.scheduler.running:
            sequence.request.deliver(sequence.collect())
        self.scheduler.retire()
        self.scheduler.check_integrity()
        return sorted((work for _, work in planned), key=lambda work: work.slot)

    def finish(self, most: int = 5000) -> None:
        """Step until nothing is left."""
        for _ in range(most):
            if not self.scheduler.busy:
                return
            self.step()
        raise AssertionError("the steps do not come to an end")
