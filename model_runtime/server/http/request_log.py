"""A JSON line for each request to a model, when it has ended. Figures and names only, never any text."""

import hmac
import logging
import secrets
import sys
import time
from typing import TYPE_CHECKING

from model_runtime.journal import JsonLines

if TYPE_CHECKING:
    from model_runtime.server.http.exchange import Exchange

logger = logging.getLogger(__name__)

# Callers can be told apart within one run of the process, and nobody can be looked for by name.
_SALT = secrets.token_bytes(16)


def log_requests() -> None:
    """Switch the lines on; they go to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def log_exchange(exchange: "Exchange") -> None:
    """Write the line of a request that has ended, if lines are on."""
    if logger.isEnabledFor(logging.INFO):
        logger.info("request", extra={"facts": _facts(exchange)})


def _facts(exchange: "Exchange") -> dict[str, object]:
    finished = exchange.finished
    first = finished[0] if finished else None
    return {
        "event": "request",
        "id": exchange.id,
        "path": exchange.path,
        "model": exchange.model,
        "caller": hmac.digest(_SALT, exchange.caller.encode(), "sha256").hex()[:16] if exchange.caller else None,
        "prompt_tokens": first.prompt_tokens if first else exchange.prompt_tokens,
        "completion_tokens": sum(one.completion_tokens for one in finished) if first else None,
        "cached_tokens": min(one.cached_tokens for one in finished) if first else None,
        "queue_ms": round(first.queue_ms, 2) if first else None,
        "first_token_ms": round(first.first_token_ms, 2) if first else None,
        "total_ms": round((time.perf_counter() - exchange.began) * 1e3, 2),
        "finish_reason": ",".join(sorted({one.code or one.reason for one in finished})) or None,
        "status": exchange.status,
        "code": exchange.code,
    }
