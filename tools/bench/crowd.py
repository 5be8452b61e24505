"""More clients than slots: nobody fails, and nobody waits out of all proportion."""

import statistics
from collections.abc import Iterator

from tools.bench import peers
from tools.bench.figures import Row, Target
from tools.bench.load import load
from tools.bench.settings import Settings
from tools.bench.speed import PATH, chats

CLIENTS = 32


def crowd(settings: Settings) -> Iterator[Row]:
    """32 clients on 8 slots, each asking its next question when the last is answered."""
    count = CLIENTS * settings.count(2, 1)
    options = ("--draft-tokens", "0")
    with peers.ours(
        settings.random_model, quantization="int8", threads=settings.threads, options=options
    ) as server:
        loads = []
        for number in range(settings.rounds):
            bodies = chats(settings.rng("crowd", number), server, count)
            with server.awake():
                loads.append(load(server.endpoint, PATH, bodies, clients=CLIENTS))
    middle, late = (statistics.median(one.first(share) for one in loads) for share in (0.5, 0.95))
    yield Row(
        f"{CLIENTS} clients on {peers.SLOTS} slots: first token, p95 by p50",
        f"p50 {middle:.0f} ms, p95 {late:.0f} ms",
        statistics.median(one.first(0.95) / one.first(0.5) for one in loads),
        Target(3.0, at_least=False),
    )
    problems = [problem for one in loads for problem in one.problems]
    asked = sum(len(one.answers) for one in loads)
    yield Row(
        f"{CLIENTS} clients on {peers.SLOTS} slots: requests that failed",
        f"{len(problems)} of {asked} {problems[:1] or ''}".rstrip(),
        float(len(problems)),
        Target(0, at_least=False),
        unit="",
    )
