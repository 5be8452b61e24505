"""GET /v1/models and /v1/models/{id}."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.protocol.base import ModelCard, ModelList
from model_runtime.server.errors import ApiError
from model_runtime.server.runtime import Runtime


async def list_models(request: Request) -> Response:
    """The served model, once it is ready."""
    runtime: Runtime = request.app.state.runtime
    ready = [ModelCard(id=runtime.name)] if runtime.state == "ready" else []
    return JSONResponse(ModelList(data=ready).model_dump())


async def get_model(request: Request) -> Response:
    """The card of one model."""
    runtime: Runtime = request.app.state.runtime
    name = request.path_params["name"]
    if name != runtime.name or runtime.state != "ready":
        raise ApiError(404, f"The model {name!r} does not exist here.", param="model", code="model_not_found")
    return JSONResponse(ModelCard(id=runtime.name).model_dump())
