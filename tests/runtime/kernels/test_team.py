"""Threads that compute together: what fails in one of them ends the computation, and nobody spins for its part."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from model_runtime.kernels.team import Team, begin, called, done, leave, take
from tests.runtime.support.processes import eventually


class Computation:
    """Two parts, of which two threads take one each; `failing` says which of the two cannot compute it."""

    def __init__(self) -> None:
        self.failing: bool | None = None
        self.computed: list[bool] = []
        self._both = threading.Barrier(2)

    def __call__(self, state: Any, phases: Any, planned: Any, counts: Any, leads: bool) -> None:
        if leads:
            begin(state, phases, planned, counts)
        while leads or called(state):
            while take(phases, 0, 2) >= 0:
                self._both.wait(60)
                if leads == self.failing:
                    raise MemoryError("no room")
                self.computed.append(leads)
                done(phases, 0)
            if leads:
                break
            leave(state)


@pytest.mark.parametrize(("leader", "error"), [(True, MemoryError), (False, RuntimeError)])
def test_a_failure_in_any_thread_ends_the_computation_and_the_next_one_is_whole(
    leader: bool, error: type[Exception]
) -> None:
    computation = Computation()
    team = Team(2, 1, computation, np.zeros(3, np.int64), np.zeros(3, np.int64))
    aside = ThreadPoolExecutor(1)
    computation.failing = leader
    with pytest.raises(error, match="no room"):
        aside.submit(team.lead).result(60)
    eventually(lambda: computation.computed, 60)  # the other may be at its own part still
    computation.failing = None
    computation.computed.clear()
    aside.submit(team.lead).result(60)
    assert sorted(computation.computed) == [False, True]
