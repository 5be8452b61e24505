"""GET /health (is the process alive), /ready (does the model answer), /control/status."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.backends.base import Sampling
from model_runtime.engine.pooling import PoolingEngine
from model_runtime.engine.request import Finished, Limits
from model_runtime.server.answering.pool import pool
from model_runtime.server.answering.submit import Answers
from model_runtime.server.http.errors import ApiError
from model_runtime.server.runtime import Generator, Runtime

STALLED_AFTER = 8.0
"""Seconds a single step may take before the model counts as hung."""


async def health(request: Request) -> Response:
    """Alive, and in which state. Open to everyone, so it names nothing else."""
    runtime: Runtime = request.app.state.runtime
    return JSONResponse({"status": runtime.state})


async def ready(request: Request) -> Response:
    """200 if the model decoded a token just now, or is busily doing so; 503 otherwise."""
    runtime: Runtime = request.app.state.runtime
    if runtime.state != "ready":
        return JSONResponse({"status": runtime.state, "error": runtime.error}, status_code=503)
    problem = None
    if runtime.helper.stuck():
        problem = "no request can be prepared: those before never come to an end"
    elif runtime.generator is not None:
        problem = await _generator_problem(runtime.generator)
    elif (engine := runtime.encoder or runtime.classifier) is not None:
        problem = await _pooling_problem(engine)
    if problem:
        return JSONResponse({"status": "unhealthy", "error": problem}, status_code=503)
    return JSONResponse({"status": "ready", "error": None})


async def status(request: Request) -> Response:
    """What the manager shows of this model."""
    runtime: Runtime = request.app.state.runtime
    state = {"id": runtime.name, "quantization": runtime.quantization, "state": runtime.state}
    return JSONResponse(state | {"error": runtime.error} | facts_of(runtime))


def facts_of(runtime: Runtime) -> dict[str, Any]:
    """What the load found out, by the names of `protocol.control.ModelStatus`."""
    return {
        **runtime.report,
        "memory_bytes": runtime.memory_bytes,
        "load_seconds": runtime.load_seconds,
        "decode_tokens_per_second": runtime.decode_tokens_per_second or None,
    }


async def _generator_problem(generator: Generator) -> str | None:
    """Why the engine is not well, or None."""
    engine = generator.engine
    stalled = engine.stalled_for()
    if stalled > STALLED_AFTER:
        return f"a step has been running for {stalled:.0f} s"
    if engine.metrics.running or engine.metrics.waiting:
        return None  # it is working and its steps end
    answers = Answers(generator)
    try:
        answers.start([0], Sampling(temperature=0), Limits(1), count=1, seed=0, constraint=None, probe=True)
        async with asyncio.timeout(STALLED_AFTER):
            async for batch in answers.batches():
                for _, events in batch:
                    if isinstance(events[-1], Finished) and events[-1].error:
                        return events[-1].error
    except TimeoutError:
        return "no token came in time"
    except ApiError as error:
        return error.message if error.code != "queue_full" else None
    finally:
        answers.close()
    return None


async def _pooling_problem(engine: PoolingEngine[Any]) -> str | None:
    """Why the engine of embeddings or classes is not well, or None."""
    stalled = engine.stalled_for()
    if stalled > STALLED_AFTER:
        return f"a batch has been running for {stalled:.0f} s"
    if engine.busy:
        return None  # it is working and its batches end
    try:
        async with asyncio.timeout(STALLED_AFTER):
            await pool(engine, [engine.backend.probe()], probe=True)
    except TimeoutError:
        return "no answer came in time"
    except ApiError as error:
        return error.message if error.code != "queue_full" else None
    return None
