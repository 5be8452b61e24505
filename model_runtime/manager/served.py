"""One model under the manager's care: its process, its state, its restarts."""

import asyncio
import contextlib
import logging
import signal
import time
from typing import Any

from model_runtime.manager.child import Child, Launch
from model_runtime.protocol.control import ModelState, ModelStatus

logger = logging.getLogger(__name__)

RESTARTS_IN_A_ROW = 5
STEADY_SECONDS = 60.0
DRAIN_SECONDS = 30.0


class ServedModel:
    """Keeps one model served until it is stopped. A load that fails is final; a model that dies comes back."""

    def __init__(self, launch: Launch, *, first_delay: float = 0.5) -> None:
        self.launch = launch
        self.state: ModelState = "loading"
        self.error: str | None = None
        self.child: Child | None = None
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._loaded = False
        self._facts: dict[str, Any] = {}
        self._first_delay = first_delay
        self._task = asyncio.create_task(self._keep(), name=f"model {launch.id}")

    @property
    def was_ready(self) -> bool:
        """Whether it has been loaded and its process has not ended since."""
        return self._loaded

    def unwell(self, problem: str) -> None:
        """It does not answer: no more requests go there until it recovers."""
        if self.state == "ready":
            self.state, self.error = "loading", problem

    def recovered(self) -> None:
        """It answers again."""
        if self.state == "loading" and self._loaded:
            self.state, self.error = "ready", None

    def request_begins(self) -> None:
        """A request is passed on to the process."""
        self._in_flight += 1
        self._idle.clear()

    def request_ends(self) -> None:
        """Its answer has been passed back, or given up."""
        self._in_flight -= 1
        if not self._in_flight:
            self._idle.set()

    def status(self) -> ModelStatus:
        """What the control interface shows."""
        return ModelStatus(
            id=self.launch.id,
            path=str(self.launch.path),
            quantization=self.launch.quantization,
            state=self.state,
            error=self.error,
            memory_bytes=self._facts.get("memory_bytes", 0),
            load_seconds=self._facts.get("load_seconds", 0.0),
            decode_tokens_per_second=self._facts.get("decode_tokens_per_second", 0.0),
        )

    async def stop(self) -> None:
        """Let the running answers end, for a while, then end the process."""
        self.state = "stopping"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if self.child is not None:
            await self.child.stop()

    def abandon(self) -> None:
        """End the process at once, without waiting."""
        self._task.cancel()
        if self.child is not None:
            self.child.kill()

    async def _keep(self) -> None:
        restarts = 0
        while True:
            began = time.monotonic()
            was_ready = await self._run_once()
            if self.state in ("failed", "stopping"):
                return
            if was_ready and time.monotonic() - began > STEADY_SECONDS:
                restarts = 0
            restarts += 1
            if restarts > RESTARTS_IN_A_ROW:
                self.state = "failed"
                return
            self.state = "loading"
            await asyncio.sleep(self._first_delay * 2 ** (restarts - 1))

    async def _run_once(self) -> bool:
        """Run a child to its end; whether it was ready. The first load that fails sets the state to failed."""
        first = not self._facts
        try:
            self.child = child = await Child.start(self.launch)
        except OSError as error:
            self.error, self.state = f"The process could not be started: {error.strerror}.", "failed"
            return False
        ready = False
        while (report := await child.next_report()) is not None:
            if report.get("event") == "ready":
                self._facts, self.error, self.state = report, None, "ready"
                self._loaded = ready = True
            elif report.get("event") == "failed":
                self.error = str(report.get("reason"))
        code = await child.process.wait()
        self._loaded = False
        if self.error is None:
            self.error = _ended(code)
        logger.warning("model %s: %s", self.launch.id, self.error)
        if first and not ready and self.state != "stopping":
            self.state = "failed"
        return ready


def _ended(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        hint = " (perhaps out of memory)" if code == -signal.SIGKILL else ""
        return f"The model's process was ended by {name}{hint}."
    return f"The model's process ended with status {code}."
