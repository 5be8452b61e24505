"""One model under the manager's care: its process, its state, its restarts."""

import asyncio
import contextlib
import logging
import math
import signal
import time
from collections.abc import Iterator
from typing import Any

from model_runtime.journal import note
from model_runtime.manager.child import Child
from model_runtime.manager.launch import Launch
from model_runtime.manager.upstream import Upstream
from model_runtime.protocol.control import ModelState, ModelStatus
from model_runtime.server.http.errors import ApiError

logger = logging.getLogger(__name__)

RESTARTS_IN_A_ROW = 5
FIRST_DELAY = 0.5
STEADY_SECONDS = 60.0
_FACTS = frozenset(ModelStatus.model_fields) - {
    "id",
    "path",
    "quantization",
    "state",
    "error",
    "requests",
    "adapters",
}


class ServedModel:
    """Keeps one model served until it is stopped. A load that fails is final; a model that dies comes back."""

    def __init__(self, launch: Launch, *, drain_seconds: float) -> None:
        self.launch = launch
        self.error: str | None = None
        self.child: Child | None = None
        self._state: ModelState = "loading"
        self._draining = False
        self._drain_seconds = drain_seconds
        self._requests = 0
        self.restarts = 0
        """How often it was started again since it was loaded."""
        self._back_at = 0.0
        self._idle = asyncio.Event()
        self._idle.set()
        self._loaded = False
        self._facts: dict[str, Any] = {}
        self._task = asyncio.create_task(self._keep(), name=f"model {launch.id}")

    @property
    def state(self) -> ModelState:
        """What operators are told."""
        return "draining" if self._draining and self._state == "ready" else self._state

    @property
    def was_ready(self) -> bool:
        """Whether it has been loaded and its process has not ended since."""
        return self._loaded

    @property
    def served(self) -> bool:
        """Whether it has ever been ready."""
        return bool(self._facts)

    def unwell(self, problem: str) -> None:
        """It does not answer: no more requests go there until it recovers."""
        if self._state == "ready":
            note("unwell", logging.WARNING, model=self.launch.id, reason=problem)
            self._state, self.error = "loading", problem

    def recovered(self) -> None:
        """It answers again."""
        if self._state == "loading" and self._loaded:
            note("recovered", model=self.launch.id)
            self._state, self.error = "ready", None

    def drain(self) -> None:
        """Take no new requests."""
        if not self._draining:
            note("drain", model=self.launch.id)
        self._draining = True

    def resume(self) -> None:
        """Take requests again."""
        if self._draining:
            note("resume", model=self.launch.id)
        self._draining = False

    @contextlib.contextmanager
    def passing_on(self) -> Iterator[Upstream]:
        """The way to the process for one request. Raises ApiError 503 when it takes none at present."""
        if self.child is None or self.state != "ready":
            raise self._refusal()
        self._requests += 1
        self._idle.clear()
        try:
            yield self.child.upstream
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    def status(self) -> ModelStatus:
        """What the control interface shows."""
        return ModelStatus(
            id=self.launch.id,
            path=str(self.launch.path),
            quantization=self.launch.quantization,
            state=self.state,
            error=self.error,
            requests=self._requests,
            adapters=[name for name, _ in self.launch.adapters],
            **{name: value for name, value in self._facts.items() if name in _FACTS},
        )

    def has_adapter(self, name: str) -> bool:
        """Whether it was loaded with an adapter of that name."""
        return any(name == known for known, _ in self.launch.adapters)

    def stopping(self) -> None:
        """Take no new requests ever again: `stop` follows."""
        self._state = "stopping"

    async def stop(self) -> None:
        """Let the running answers end, for a while, then end the process."""
        self.stopping()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._drain_seconds):
                await self._idle.wait()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if self.child is not None:
            await self.child.stop()

    def break_off(self) -> None:
        """Have the process cancel its answers and end."""
        self.stopping()
        self._task.cancel()
        if self.child is not None:
            self.child.terminate()

    def abandon(self) -> None:
        """End the process at once, without waiting."""
        self.stopping()
        self._task.cancel()
        if self.child is not None:
            self.child.kill()

    def _refusal(self) -> ApiError:
        name, seconds = self.launch.id, 2
        if self.state in ("draining", "stopping"):
            why, code = f"The model {name} takes no more requests.", "stopping"
        elif self.state == "failed":
            why = f"The model {name} failed and is not started again: {self.error}"
            return ApiError(503, why, code="failed", headers={"x-should-retry": "false"})
        elif self.was_ready:
            why, code = f"The model {name} does not answer at present.", "loading"
        elif self._facts:
            seconds = max(1, math.ceil(self._back_at - time.monotonic()))
            why, code = f"The model {name} is loading again. {self.error}", "loading"
        else:
            why, code = f"The model {name} is still loading.", "loading"
        retry = {"Retry-After": str(seconds)}
        return ApiError(503, f"{why} Try again in {seconds} seconds.", code=code, headers=retry)

    async def _keep(self) -> None:
        restarts = 0
        while True:
            began = time.monotonic()
            try:
                was_ready = await self._run_once()
            except Exception as error:  # whatever it is, "loading" for ever would be the worst answer
                logger.exception("model %s cannot be kept", self.launch.id)
                self.error, self._state = f"The manager failed: {type(error).__name__}.", "failed"
                if self.child is not None:
                    self.child.kill()
                return
            if self._state in ("failed", "stopping"):
                return
            if was_ready and time.monotonic() - began > STEADY_SECONDS:
                restarts = 0
            restarts += 1
            if restarts > RESTARTS_IN_A_ROW:
                self._state = "failed"
                self.error = f"{self.error} It was started again {RESTARTS_IN_A_ROW} times, in vain."
                note("failed", logging.ERROR, model=self.launch.id, reason=self.error)
                return
            self._state = "loading"
            self.restarts += 1
            delay = FIRST_DELAY * 2 ** (restarts - 1)
            self._back_at = time.monotonic() + delay + float(self._facts.get("load_seconds") or 0)
            note("reload", logging.WARNING, model=self.launch.id, reason=self.error, delay_seconds=delay)
            await asyncio.sleep(delay)

    async def _run_once(self) -> bool:
        """Run a child to its end; whether it was ready. The first load that fails sets the state to failed."""
        try:
            self.child = child = await Child.start(self.launch)
        except OSError as error:
            self.error, self._state = f"The process could not be started: {error.strerror}.", "failed"
            return False
        reason: str | None = None
        ready = False
        while (report := await child.next_report()) is not None:
            if report.get("event") == "ready":
                self._facts, self.error, self._state = report, None, "ready"
                self._loaded = ready = True
            elif report.get("event") == "failed":
                reason = str(report.get("reason"))
        code = await child.process.wait()
        self._loaded = False
        self.error = reason or _ended(code)
        if not self._facts and self._state != "stopping":
            self._state = "failed"
            note("failed", logging.ERROR, model=self.launch.id, reason=self.error)
        return ready


def _ended(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        hint = " (perhaps out of memory)" if code == -signal.SIGKILL else ""
        return f"The model's process was ended by {name}{hint}."
    return f"The model's process ended with status {code}."
