"""Whether memory stays what it is, request after request."""

from collections.abc import Iterator

from tools.bench import peers
from tools.bench.figures import Row, Target
from tools.bench.load import load
from tools.bench.settings import Settings
from tools.bench.speed import PATH, chats

FEW, MANY = 100, 1000


def memory(settings: Settings) -> Iterator[Row]:
    """The server's own memory after 100 and after 1,000 short requests of eight clients."""
    goals = (settings.count(FEW, FEW // 10), settings.count(MANY, MANY // 10))
    found: list[float] = []
    with peers.ours(settings.random_model, quantization="int8", threads=settings.threads) as server:
        done = 0
        for goal in goals:
            bodies = chats(settings.rng("memory", goal), server, goal - done, words=12, tokens=4)
            with server.awake():
                failed = load(server.endpoint, PATH, bodies, clients=8).problems
                if failed:
                    yield Row("short requests that failed", f"{len(failed)}: {failed[0][:150]}")
                found.append(server.megabytes)
            done = goal
    yield Row(
        f"memory after {goals[1]:,} requests by that after {goals[0]}",
        f"{found[1]:.1f} / {found[0]:.1f} MB",
        found[1] / found[0],
        Target(1.05, at_least=False),
    )
