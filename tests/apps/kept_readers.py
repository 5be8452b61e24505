"""Parsing children that serve the next import, too: starting them takes longer than what most tests import."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from apps.knowledge.ingest import sandbox
from apps.knowledge.ingest.sandbox import Sandbox

_ROOT, _start, _leave = sandbox._ROOT, Sandbox._start, Sandbox.__exit__


class KeptReaders:
    """Keeps children of the usual kind that ended well. The system kills a child with the thread that started it,
    so one thread starts all of them.
    """

    def __init__(self) -> None:
        self.idle: list[subprocess.Popen[bytes]] = []
        self.starter = ThreadPoolExecutor(1)

    def keep(self, patch: pytest.MonkeyPatch) -> None:
        def start(one: Sandbox) -> subprocess.Popen[bytes]:
            return self._taken(one) or self.starter.submit(_start, one).result()

        def leave(one: Sandbox, *error: Any) -> None:
            if error[0] is None and one._child is not None and _is_usual(one):
                self.idle.append(one._child)
                one._child = None
            _leave(one, *error)

        patch.setattr(Sandbox, "_start", start)
        patch.setattr(Sandbox, "__exit__", leave)

    def end(self) -> None:
        while self.idle:
            child = self.idle.pop()
            child.kill()
            child.communicate()

    def _taken(self, one: Sandbox) -> subprocess.Popen[bytes] | None:
        with suppress(IndexError):
            while _is_usual(one):
                one._child = self.idle.pop()
                if one._child.poll() is None:
                    return one._child
        return None


def _is_usual(one: Sandbox) -> bool:
    return one._memory == sandbox.MEMORY and sandbox._ROOT == _ROOT
