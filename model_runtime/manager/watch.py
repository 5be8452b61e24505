"""Asks every ready model again and again whether it answers, and replaces the one that hangs."""

import asyncio
import json
import logging
import time

from model_runtime.manager.connection import Broken
from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor

logger = logging.getLogger(__name__)

INTERVAL = 4.0
PATIENCE = 9.0
GIVE_UP_AFTER = 60.0


async def watch(supervisor: Supervisor) -> None:
    """Run for ever; each round asks all models at once."""
    silent_since: dict[str, float] = {}
    while True:
        await asyncio.sleep(INTERVAL)
        try:
            await _look(supervisor, silent_since)
        except Exception:  # nobody would notice that the watch has ended, until a model hangs
            logger.exception("a round of the watch failed")


async def _look(supervisor: Supervisor, silent_since: dict[str, float]) -> None:
    asked = [model for model in supervisor.all() if model.child is not None and model.state != "failed"]
    problems = await asyncio.gather(*(problem_of(model) for model in asked))
    for model, problem in zip(asked, problems, strict=True):
        _judge(model, problem, silent_since)


async def problem_of(model: ServedModel) -> str | None:
    """Why a model that should answer does not; None if all is well or it is not expected to answer."""
    child = model.child
    if child is None or model.state in ("failed", "stopping") or not model.was_ready:
        return None
    try:
        status, body = await child.upstream.ask("GET", "/ready", seconds=PATIENCE)
    except Broken:
        return "The model does not answer."
    return None if status == 200 else f"The model is not well: {_reason(status, body)}."


def _reason(status: int, body: bytes) -> str:
    """What a model says of itself. One that is not well may answer anything."""
    try:
        reason = json.loads(body)["error"]
    except (ValueError, LookupError, TypeError):
        reason = None
    return reason if isinstance(reason, str) else f"it answers {status} when asked whether it is ready"


def _judge(model: ServedModel, problem: str | None, silent_since: dict[str, float]) -> None:
    key = model.launch.id
    if problem is None or model.child is None:
        silent_since.pop(key, None)
        model.recovered()
        return
    model.unwell(problem)
    if time.monotonic() - silent_since.setdefault(key, time.monotonic()) > GIVE_UP_AFTER:
        # Its end is noticed like any other, and it is started again.
        silent_since.pop(key)
        model.child.kill()
