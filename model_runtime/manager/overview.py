"""/health, /ready, /metrics and /v1/models of the manager."""

import asyncio

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor
from model_runtime.manager.watch import problem_of
from model_runtime.protocol.base import ModelCard, ModelList
from model_runtime.server.errors import ApiError


async def health(_request: Request) -> Response:
    """The manager is alive. Open to everyone, so it names nothing."""
    return JSONResponse({"status": "ready"})


async def ready(request: Request) -> Response:
    """200 if every model that should answer does (each decodes a token); 503 with the reasons otherwise."""
    models = _supervisor(request).all()
    found = await asyncio.gather(*(problem_of(model, request.app.state.client) for model in models))
    problems = {model.launch.id: text for model, text in zip(models, found, strict=True) if text}
    status = "unhealthy" if problems else "ready"
    return JSONResponse({"status": status, "problems": problems}, status_code=503 if problems else 200)


async def list_models(request: Request) -> Response:
    """The models that are ready."""
    cards = [ModelCard(id=model.launch.id) for model in _supervisor(request).all() if model.state == "ready"]
    return JSONResponse(ModelList(data=cards).model_dump())


async def get_model(request: Request) -> Response:
    """The card of one ready model."""
    model = _supervisor(request).get(request.path_params["name"])
    if model.state != "ready":
        raise ApiError(404, f"The model {model.launch.id!r} is not ready.", code="model_not_found")
    return JSONResponse(ModelCard(id=model.launch.id).model_dump())


async def metrics(request: Request) -> Response:
    """The counters of all ready models, one family after the other."""
    ready_models = [model for model in _supervisor(request).all() if model.state == "ready"]
    texts = await asyncio.gather(*(_metrics_of(model, request.app.state.client) for model in ready_models))
    families: dict[str, list[str]] = {}
    for line in "".join(texts).splitlines():
        name = line.split(" ")[2] if line.startswith("#") else line.split("{")[0]
        family = families.setdefault(name, [])
        if not line.startswith("#") or line not in family:
            family.append(line)
    text = "".join(f"{line}\n" for family in families.values() for line in family)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


async def _metrics_of(model: ServedModel, client: httpx.AsyncClient) -> str:
    if model.child is None:
        return ""
    headers = {"Authorization": f"Bearer {model.child.token}"}
    try:
        return (await client.get(f"{model.child.url}/metrics", headers=headers, timeout=2.0)).text
    except httpx.HTTPError:
        return ""  # its state tells; the others' counters still count


def _supervisor(request: Request) -> Supervisor:
    supervisor: Supervisor = request.app.state.supervisor
    return supervisor
