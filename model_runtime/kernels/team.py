"""Threads that share the parts of a computation, phase by phase, without waiting for one that is late in it.

The parts of a phase are taken one by one from a counter, and a phase is over when all its parts are done, whoever
did them. So a thread that the system has put aside between two parts holds up no phase, as it would at a barrier;
only the next computation begins when it has left this one.
Threads sleep between computations; compiled code wakes them without Python's lock.
"""

import ctypes
import logging
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from model_runtime.kernels.compiler import compiled, intrinsic

logger = logging.getLogger(__name__)

_LINE = 8
"""int64s of a cache line; counters that share one would slow each other down."""
_TAKEN, _DONE = 0, 1
_LEFT, _STOP, _WORKERS, _SEMAPHORE = 0, 1, 2, 4
_SPINS = 2000
_OVER = 1 << 62
"""More than the parts of any phase."""

_post: Any = types.ExternalFunction("sem_post", types.int32(types.uintp))
_wait: Any = types.ExternalFunction("sem_wait", types.int32(types.uintp))
_give_way: Any = types.ExternalFunction("sched_yield", types.int32())


@intrinsic
def _add(_context: Any, address: Any, value: Any) -> Any:
    """Add to the int64 at `address`, as one step for all threads; what was there before is returned."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
        return builder.atomic_rmw("add", pointer, arguments[1], "seq_cst")

    return types.int64(types.uintp, types.int64), generate


@intrinsic
def _read(_context: Any, address: Any) -> Any:
    """The int64 at `address`, and all that other threads wrote before they changed it."""

    def generate(_context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        return builder.load_atomic(builder.inttoptr(arguments[0], ir.IntType(64).as_pointer()), "acquire", 8)

    return types.int64(types.uintp), generate


@compiled
def _await(address: Any, value: int) -> None:
    spins = 0
    while _read(address) < value:
        spins += 1
        if spins % _SPINS == 0:
            _give_way()


@compiled
def take(phases: Any, phase: int, parts: int) -> int:
    """The next part of a phase that nobody has taken; -1 once all are done."""
    taken = _add(np.uintp(phases[phase, _TAKEN:].ctypes.data), 1)
    if taken < parts:
        return taken
    _await(np.uintp(phases[phase, _DONE:].ctypes.data), parts)
    return -1


@compiled
def done(phases: Any, phase: int) -> None:
    """Say that a taken part is done."""
    _add(np.uintp(phases[phase, _DONE:].ctypes.data), 1)


@compiled
def begin(state: Any, phases: Any, planned: Any, counts: Any) -> None:
    """Wake the others for the next computation, whose `counts` are `planned`.

    A late one may still be looking at the last computation until here: what it reads must not change before.
    """
    _await(np.uintp(state[_LEFT:].ctypes.data), state[_WORKERS])
    phases[:] = 0
    counts[:] = planned
    state[_LEFT] = 0
    for _ in range(state[_WORKERS]):
        _post(np.uintp(state[_SEMAPHORE:].ctypes.data))


@compiled
def called(state: Any) -> bool:
    """Sleep until the next computation begins; False when there will be none."""
    while _wait(np.uintp(state[_SEMAPHORE:].ctypes.data)) != 0:
        pass
    return state[_STOP] == 0


@compiled
def leave(state: Any) -> None:
    """Say that this thread looks at the computation no more."""
    _add(np.uintp(state[_LEFT:].ctypes.data), 1)


class Team:
    """The threads that compute `function(state, phases, *arguments, leads)`: the caller, and `threads` - 1 more.

    Those are in it with `leads` False; it then returns when it is no longer `called`.
    """

    def __init__(self, threads: int, phases: int, function: Callable[..., None], *arguments: Any) -> None:
        state = np.zeros(_SEMAPHORE + 8, np.int64)
        state[_LEFT] = state[_WORKERS] = threads - 1
        self._function = function
        self._arguments = (state, np.zeros((phases, _LINE), np.int64), *arguments)
        library = ctypes.CDLL(None)
        semaphore = ctypes.c_void_p(state[_SEMAPHORE:].ctypes.data)
        if library.sem_init(semaphore, 0, 0) != 0:
            raise OSError("this system has no semaphores for threads to sleep at")
        # Before they start, so that those that did are ended when one cannot.
        weakref.finalize(self, _end, state, library, semaphore).atexit = False
        self._failures: list[Exception] = []
        helping = (function, self._arguments, self._failures)
        for _ in range(threads - 1):
            threading.Thread(target=_help, args=helping, daemon=True).start()

    def lead(self) -> None:
        """Compute once, with whatever the arguments hold now.

        Raises what the function does, or RuntimeError where it failed in another thread; the team stays of use.
        """
        try:
            self._function(*self._arguments, True)
        except Exception:
            _give_up(self._arguments[1])
            raise
        if self._failures:
            error = self._failures[0]
            self._failures.clear()
            raise RuntimeError(f"a thread failed: {type(error).__name__}: {error}") from error


def _help(function: Callable[..., None], arguments: tuple[Any, ...], failures: list[Exception]) -> None:
    state, phases = arguments[:2]
    while True:
        try:
            function(*arguments, False)
        except Exception as error:  # whatever it is, the others would wait for its part for ever
            logger.exception("a thread of a computation failed")
            failures.append(error)
            _give_up(phases)
            leave(state)
        else:
            return


def _give_up(phases: np.ndarray) -> None:
    """Let every thread find all phases of the present computation done."""
    phases[:] = _OVER


def _end(state: np.ndarray, library: ctypes.CDLL, semaphore: ctypes.c_void_p) -> None:
    state[_STOP] = 1
    for _ in range(state[_WORKERS]):
        library.sem_post(semaphore)
