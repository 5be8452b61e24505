"""/control/*: load, unload, and how the models are."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.manager.supervisor import Supervisor
from model_runtime.protocol.control import LoadRequest, ModelStatusList, UnloadRequest
from model_runtime.server.body import parse_body


async def load(request: Request) -> Response:
    """Start loading a model; 202 with its state."""
    supervisor: Supervisor = request.app.state.supervisor
    status = supervisor.load(await parse_body(request, LoadRequest))
    return JSONResponse({"id": status.id, "state": status.state}, status_code=202)


async def unload(request: Request) -> Response:
    """Start unloading a model; 202 with its state."""
    supervisor: Supervisor = request.app.state.supervisor
    status = supervisor.unload((await parse_body(request, UnloadRequest)).id)
    return JSONResponse({"id": status.id, "state": status.state}, status_code=202)


async def list_models(request: Request) -> Response:
    """All models, whatever their state."""
    supervisor: Supervisor = request.app.state.supervisor
    return JSONResponse(ModelStatusList(models=[model.status() for model in supervisor.all()]).model_dump())


async def get_model(request: Request) -> Response:
    """One model."""
    supervisor: Supervisor = request.app.state.supervisor
    return JSONResponse(supervisor.get(request.path_params["id"]).status().model_dump())
