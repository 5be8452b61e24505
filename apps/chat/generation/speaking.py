"""One request to the model: what it says, read piece by piece, and what that took."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from apps.inference.services import Delta, Finished, chat_stream

from .brief import Brief
from .pieces import Answering, Source, Text, printable
from .plan import Plan


@dataclass
class Measures:
    """Times since the question came, in milliseconds, and what the model thought of its choice."""

    began: float = field(default_factory=time.perf_counter)
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    label_logprob: float = 0.0

    def count(self, usage: dict[str, int]) -> None:
        """Adds what one request to the model took."""
        self.usage = {name: self.usage.get(name, 0) + tokens for name, tokens in usage.items()}

    def mark(self, name: str) -> None:
        self.timings_ms[name] = round((time.perf_counter() - self.began) * 1000, 1)


async def spoken(brief: Brief, plan: Plan, measures: Measures) -> AsyncGenerator[Answering | Source | Text, None]:
    """What the model says, read as numbered sources and text."""
    stream = chat_stream(
        target=brief.target,
        messages=plan.messages,
        grammar=plan.grammar,
        max_tokens=plan.max_tokens,
        caller=brief.caller,
        request_id=brief.request_id,
        go_on=brief.begun is not None,
    )
    async with aclosing(stream) as said:
        async for item in said:
            match item:
                case Delta():
                    if "first_token" not in measures.timings_ms:
                        measures.mark("first_token")
                        yield Answering()
                    if plan.reader.label is None:
                        measures.label_logprob += item.logprob or 0.0
                    for piece in plan.reader.feed(printable(item.text)):
                        yield piece
                case Finished():
                    measures.count(item.usage)
                    measures.timings_ms |= {f"runtime_{name}": value for name, value in item.metrics.items()}
    for piece in plan.reader.finish():
        yield piece
