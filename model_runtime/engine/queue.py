"""Who gets the next free slot: callers in turn, each caller's requests in order."""

from collections import deque
from collections.abc import Iterator, Mapping

from model_runtime.engine.request import GenerationRequest


class FairQueue:
    """Waiting requests. Changed by the engine's thread only; lengths may be read from any."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[GenerationRequest]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[GenerationRequest]:
        for line in self._lines.values():
            yield from line

    def waiting(self, caller: str) -> int:
        """How many requests of this caller wait."""
        return len(self._lines.get(caller, ()))

    def push(self, request: GenerationRequest) -> None:
        """Add a request behind those of its caller; a new caller's turn comes last."""
        self._lines.setdefault(request.caller, deque()).append(request)
        self._count += 1

    def pop(self, running: Mapping[str, int]) -> GenerationRequest:
        """The next request: of the caller with the fewest `running`, of those the one served longest ago."""
        caller = min(self._lines, key=lambda one: running.get(one, 0))
        line = self._lines.pop(caller)
        request = line.popleft()
        self._count -= 1
        if line:
            self._lines[caller] = line  # at the end: its next turn comes after the others'
        return request

    def remove(self, request: GenerationRequest) -> None:
        """Take out a request that no longer waits."""
        line = self._lines[request.caller]
        line.remove(request)
        self._count -= 1
        if not line:
            del self._lines[request.caller]
