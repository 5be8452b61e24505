"""GET /v1/models and /v1/models/{id}."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.protocol.base import ModelCard, ModelList
from model_runtime.server.http.errors import ApiError
from model_runtime.server.runtime import Runtime


async def list_models(request: Request) -> Response:
    """The served model and its adapters, once they are ready."""
    return JSONResponse(ModelList(data=_cards(request.app.state.runtime)).model_dump())


async def get_model(request: Request) -> Response:
    """The card of one model."""
    name = request.path_params["name"]
    for card in _cards(request.app.state.runtime):
        if card.id == name:
            return JSONResponse(card.model_dump())
    raise ApiError(404, f"The model {name!r} does not exist here.", param="model", code="model_not_found")


def _cards(runtime: Runtime) -> list[ModelCard]:
    if runtime.state != "ready":
        return []
    adapted = [ModelCard(id=f"{runtime.name}:{name}", parent=runtime.name) for name in runtime.adapters]
    return [ModelCard(id=runtime.name), *adapted]
