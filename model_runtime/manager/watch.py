"""Asks every ready model again and again whether it answers, and replaces the one that hangs."""

import asyncio
import time

import httpx

from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor

INTERVAL = 4.0
PATIENCE = 9.0
GIVE_UP_AFTER = 60.0


async def watch(supervisor: Supervisor, client: httpx.AsyncClient) -> None:
    """Run for ever; each round asks all models at once."""
    silent_since: dict[str, float] = {}
    while True:
        await asyncio.sleep(INTERVAL)
        asked = [model for model in supervisor.all() if model.child is not None and model.state != "failed"]
        problems = await asyncio.gather(*(problem_of(model, client) for model in asked))
        for model, problem in zip(asked, problems, strict=True):
            _judge(model, problem, silent_since)


async def problem_of(model: ServedModel, client: httpx.AsyncClient) -> str | None:
    """Why a model that should answer does not; None if all is well or it is not expected to answer."""
    child = model.child
    if child is None or model.state in ("failed", "stopping") or not model.was_ready:
        return None
    try:
        answer = await client.get(
            f"{child.url}/ready", headers={"Authorization": f"Bearer {child.token}"}, timeout=PATIENCE
        )
    except httpx.HTTPError as error:
        return f"The model does not answer ({type(error).__name__})."
    return None if answer.status_code == 200 else f"The model is not well: {answer.json().get('error')}."


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
