"""What asking costs by itself, against a server that needs no time."""

import statistics
import sys
from collections.abc import Iterator

from tools.bench.client import Endpoint
from tools.bench.figures import Row
from tools.bench.load import load
from tools.bench.servers import started
from tools.bench.settings import Settings
from tools.bench.speed import PATH, TOKENS, chats
from tools.product import free_port


def overhead(settings: Settings) -> Iterator[Row]:
    """Eight clients against the stand-in: tokens a second at most, and processor time a token."""
    port = free_port()
    command = [sys.executable, "-m", "tools.bench.standin", str(port), str(TOKENS)]
    with started("stand-in", command, Endpoint(port, "standin"), env={}, extra={}) as server:
        loads = []
        for number in range(settings.rounds):
            bodies = chats(settings.rng("overhead", number), server, 64)
            with server.awake():
                loads.append(load(server.endpoint, PATH, bodies, clients=8))
    rate = statistics.median(one.rate for one in loads)
    cost = statistics.median(one.client_seconds / one.tokens for one in loads)
    yield Row(
        "the load generator alone, 8 clients against a stand-in that answers at once",
        f"{rate:,.0f} tokens/s, {cost * 1e6:.0f} µs of a core a token",
    )
