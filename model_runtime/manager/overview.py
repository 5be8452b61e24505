"""/health, /ready, /metrics and /v1/models of the manager."""

import asyncio
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from model_runtime.manager.connection import Broken
from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor
from model_runtime.manager.watch import problem_of
from model_runtime.protocol.base import ModelCard, ModelList
from model_runtime.protocol.control import ModelState
from model_runtime.server.http.errors import ApiError


async def health(request: Request) -> Response:
    """The manager is alive, and whether it takes requests. Open to everyone, so it names nothing else."""
    return JSONResponse({"status": "stopping" if _supervisor(request).stopping else "ready"})


async def ready(request: Request) -> Response:
    """200 if a model answers and every model that ever did still does (each decodes a token); 503 otherwise.

    A model that is loaded for the first time, or never could be, does not count, but is among the problems.
    """
    supervisor = _supervisor(request)
    if supervisor.stopping:
        return JSONResponse({"status": "stopping", "problems": {}}, status_code=503)
    models = supervisor.all()
    found = await asyncio.gather(*(_why_not(model) for model in models))
    problems = {model.launch.id: text for model, text in zip(models, found, strict=True) if text}
    out = any(model.served and model.launch.id in problems for model in models)
    fine = not out and any(model.state == "ready" for model in models)
    status = "ready" if fine else "unhealthy" if out else "no model is ready"
    return JSONResponse({"status": status, "problems": problems}, status_code=200 if fine else 503)


async def list_models(request: Request) -> Response:
    """The models that are ready, and their adapters."""
    return JSONResponse(ModelList(data=_cards(request)).model_dump())


async def get_model(request: Request) -> Response:
    """The card of one ready model."""
    name = request.path_params["name"]
    for card in _cards(request):
        if card.id == name:
            return JSONResponse(card.model_dump())
    wanted = _supervisor(request).answering(name)  # raises 404 where there is none
    raise ApiError(404, f"The model {name[:200]!r} is {wanted.state}.", param="model", code="model_not_ready")


async def metrics(request: Request) -> Response:
    """The counters of all loaded models, one family after the other."""
    models = _supervisor(request).all()
    # First our own: how the models are, and what no model was asked. The latter have no label `model`.
    texts = [_states(models), generate_latest(request.app.state.figures.registry).decode()]
    texts += await asyncio.gather(*(_metrics_of(model) for model in models))
    families: dict[str, list[str]] = {}
    for line in "".join(texts).splitlines():
        name = line.split(" ")[2] if line.startswith("#") else line.split("{")[0]
        family = families.setdefault(name, [])
        if not line.startswith("#") or line not in family:
            family.append(line)
    text = "".join(f"{line}\n" for family in families.values() for line in family)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


async def _why_not(model: ServedModel) -> str | None:
    """Why a model takes no requests; None if it does, or is being unloaded."""
    if model.state == "ready":
        return await problem_of(model)
    if model.state == "stopping":
        return None
    return model.error or f"The model is {model.state}."


def _cards(request: Request) -> list[ModelCard]:
    cards = []
    for model in _supervisor(request).all():
        if model.state == "ready":
            base = model.launch.id
            cards.append(ModelCard(id=base))
            cards += [ModelCard(id=f"{base}:{name}", parent=base) for name, _ in model.launch.adapters]
    return cards


def _states(models: list[ServedModel]) -> str:
    registry = CollectorRegistry()
    state = Gauge("parley_runtime_model_state", "1 for the state it is in.", ("model", "state"), registry=registry)
    restarts = Counter(
        "parley_runtime_model_restarts", "Starts after its process died.", ("model",), registry=registry
    )
    for model in models:
        for name in get_args(ModelState):
            state.labels(model.launch.id, name).set(name == model.state)
        restarts.labels(model.launch.id).inc(model.restarts)
    return generate_latest(registry).decode()


async def _metrics_of(model: ServedModel) -> str:
    if model.child is None or not model.was_ready:
        return ""
    try:
        _, text = await model.child.upstream.ask("GET", "/metrics", seconds=2.0)
    except Broken:
        return ""  # its state tells; the others' counters still count
    return text.decode()


def _supervisor(request: Request) -> Supervisor:
    supervisor: Supervisor = request.app.state.supervisor
    return supervisor
