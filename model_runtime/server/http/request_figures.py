"""How many requests under /v1 ended how, refusals included, and how long they took; for /metrics."""

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram

from model_runtime.engine.figures import SECONDS

if TYPE_CHECKING:
    from model_runtime.server.http.exchange import Exchange


class RequestFigures:
    """Figures of one process in a registry of its own; used from its event loop."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._ended = Counter(
            "parley_runtime_http_requests",
            "Requests under /v1, by what they came to; an empty code is success.",
            ("status", "code"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "parley_runtime_http_request_seconds",
            "From a request's head to the end of its answer, refusals left out.",
            buckets=(*SECONDS, 120, 300, 600),
            registry=self.registry,
        )

    def add(self, exchange: "Exchange") -> None:
        """Count a request that has ended."""
        status = exchange.status or 499
        self._ended.labels(str(status), exchange.code or "").inc()
        if status < 400:
            self._seconds.observe(time.perf_counter() - exchange.began)
