"""Puts load on a server: so many clients, each asking its next question when the last is answered."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tools.bench.client import Answer, Endpoint, ask
from tools.bench.figures import percentile


@dataclass(frozen=True)
class Load:
    """What one round of load showed. `client_seconds` is the processor time that asking took."""

    answers: list[Answer]
    seconds: float
    client_seconds: float

    @property
    def tokens(self) -> int:
        """Tokens written, as the server counted them; pieces of text where it did not."""
        return sum(one.usage.get("completion_tokens") or len(one.texts) for one in self.answers)

    @property
    def rate(self) -> float:
        """Tokens a second of all clients together, from the first request to the last answer's end."""
        return self.tokens / self.seconds

    @property
    def problems(self) -> list[str]:
        return [problem for one in self.answers if (problem := one.problem)]

    def first(self, share: float) -> float:
        """A percentile of the time to the first text, in milliseconds."""
        return percentile([one.first for one in self.answers if not one.problem], share) * 1e3

    def between(self, share: float) -> float:
        """A percentile of the time between pieces of text, in milliseconds."""
        return percentile([gap for one in self.answers for gap in one.gaps], share) * 1e3


async def _loaded(port: int, requests: Iterable[bytes], clients: int) -> Load:
    left = iter(requests)
    answers: list[Answer] = []

    async def client() -> None:
        for request in left:
            answers.append(await ask(port, request))

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Load(answers, time.perf_counter() - began, time.process_time() - cpu)


def load(endpoint: Endpoint, path: str, bodies: Iterable[dict[str, object]], *, clients: int) -> Load:
    """Ask everything in `bodies` with so many clients at once."""
    requests = [endpoint.post(path, body) for body in bodies]
    return asyncio.run(_loaded(endpoint.port, requests, clients))
