"""/control/*: load, drain, unload, cancel, and how the models are."""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.manager.connection import Broken
from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor
from model_runtime.protocol.control import DrainRequest, LoadRequest, ModelStatus, ModelStatusList, UnloadRequest
from model_runtime.server.answering.body import parse_body
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.request_id import FORM

_CANCEL_SECONDS = 5.0


async def load(request: Request) -> Response:
    """Start loading a model, or end its drain; 202 with its state."""
    return _accepted(_supervisor(request).load(await parse_body(request, LoadRequest)))


async def unload(request: Request) -> Response:
    """Start unloading a model; 202 with its state."""
    return _accepted(_supervisor(request).unload((await parse_body(request, UnloadRequest)).id))


async def drain(request: Request) -> Response:
    """Let a model, or all of them, take no new requests; 202 with their states."""
    wish = await parse_body(request, DrainRequest)
    supervisor = _supervisor(request)
    models = supervisor.all() if wish.id is None else [supervisor.get(wish.id)]
    for model in models:
        model.drain()
    return _listed(models, status_code=202)


async def list_models(request: Request) -> Response:
    """All models, whatever their state."""
    return _listed(_supervisor(request).all())


async def get_model(request: Request) -> Response:
    """One model."""
    return JSONResponse(_supervisor(request).get(request.path_params["id"]).status().model_dump())


async def cancel(request: Request) -> Response:
    """End the request with this id, in whichever process it is; ApiError 404 when it is in none."""
    request_id = request.path_params["id"]
    # Every child is asked: it knows its requests best, and nothing has to be remembered here.
    if FORM.fullmatch(request_id):
        models = _supervisor(request).all()
        if cancelled := sum(await asyncio.gather(*(_cancel_in(model, request_id) for model in models))):
            return JSONResponse({"id": request_id, "cancelled": cancelled})
    raise ApiError(404, "No request with this id is running.", code="request_not_found")


async def _cancel_in(model: ServedModel, request_id: str) -> int:
    """How many requests of that id the model's process has ended."""
    if model.child is None or not model.was_ready:
        return 0
    path = f"/control/requests/{request_id}/cancel"
    try:
        status, body = await model.child.upstream.ask("POST", path, seconds=_CANCEL_SECONDS)
    except Broken:
        return 0
    return int(json.loads(body)["cancelled"]) if status == 200 else 0


def _supervisor(request: Request) -> Supervisor:
    supervisor: Supervisor = request.app.state.supervisor
    return supervisor


def _accepted(status: ModelStatus) -> Response:
    return JSONResponse({"id": status.id, "state": status.state}, status_code=202)


def _listed(models: list[ServedModel], status_code: int = 200) -> Response:
    body = ModelStatusList(models=[model.status() for model in models]).model_dump()
    return JSONResponse(body, status_code=status_code)
