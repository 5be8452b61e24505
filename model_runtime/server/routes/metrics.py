"""GET /metrics in Prometheus' text format."""

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, Gauge, Metric, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from model_runtime.server.runtime import Runtime


async def metrics(request: Request) -> Response:
    """The model's memory, and the figures of its engine."""
    runtime: Runtime = request.app.state.runtime
    own = CollectorRegistry()
    Gauge("parley_runtime_memory_bytes", "Memory the model takes.", registry=own).set(runtime.memory_bytes)
    registries = [own, request.app.state.figures.registry]
    engine = runtime.generator.engine if runtime.generator else runtime.encoder or runtime.classifier
    if engine is not None:
        registries.append(engine.metrics.registry)
    text = b"".join(generate_latest(_Labelled(registry, runtime.name)) for registry in registries)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Labelled(Collector):
    """A registry's figures with the model's name on each, without the times of creation, which nobody asks for."""

    def __init__(self, registry: CollectorRegistry, model: str) -> None:
        self._registry = registry
        self._model = model

    def collect(self) -> Iterable[Metric]:
        for family in self._registry.collect():
            family.samples = [
                sample._replace(labels={"model": self._model, **sample.labels})
                for sample in family.samples
                if not sample.name.endswith("_created")
            ]
            yield family
