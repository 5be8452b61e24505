"""From a question to the pieces of its answer. No rows: runner and evaluation both stand on this."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from apps.inference.services import Delta, Finished, chat_stream
from apps.knowledge.services import asearch
from apps.moderation.services import Blocked, Policy

from ..models import Outcome
from .brief import Brief
from .cache import Recalled
from .guard import Guard, question_check
from .pieces import Answering, Checked, Closing, Piece, Reading, Searching, Source, Text, printable
from .plan import Plan, plan_for
from .replay import replay

PASSAGES = 5


@dataclass
class Measures:
    """Times since the question came, in milliseconds, and what the model thought of its choice."""

    began: float = field(default_factory=time.perf_counter)
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    label_logprob: float = 0.0

    def mark(self, name: str) -> None:
        self.timings_ms[name] = round((time.perf_counter() - self.began) * 1000, 1)


Recall = Callable[[Brief, Policy], Awaitable[Recalled | None]]


async def answer_stream(brief: Brief, recall: Recall | None = None) -> AsyncGenerator[Piece, None]:
    """Yields the pieces in the order in which they may be shown; the last one is `Closing`.

    `recall` may know an answer that was given before, to the question as moderation left it.
    Closing the generator stops the runtime. Raises ApplicationErrors: of the search, the runtime, or NotVerbatim.
    """
    measures = Measures()
    policy, verdict = await question_check(brief)
    yield Checked("input", verdict)
    if verdict.action == "block":
        yield Text(verdict.message)
        yield Closing(Outcome.BLOCKED, 0.0, timings_ms=measures.timings_ms)
        return
    brief = replace(brief, question=verdict.text)
    yield Searching()
    if recall is not None and (recalled := await recall(brief, policy)) is not None:
        async with aclosing(replay(recalled, brief, policy, measures)) as pieces:
            async for piece in pieces:
                yield piece
        return
    retrieval = await asearch(collection_ids=brief.collection_ids, question=brief.whole_question, limit=PASSAGES)
    measures.mark("search")
    plan = plan_for(brief, retrieval)
    yield Reading(retrieval, len(plan.passages))
    guard = Guard(policy, brief, plan.passages)
    outcome: str = Outcome.BLOCKED
    try:
        if brief.begun:
            await guard.heard(brief.begun.text)
        async with aclosing(_spoken(brief, plan, measures)) as pieces:
            async for piece in pieces:
                for safe in await guard.passed(piece):
                    yield safe
        for safe in await guard.finished():
            yield safe
        outcome = plan.reader.outcome
    except Blocked as blocked:
        yield Text(guard.withheld(blocked))
    yield Checked("output", guard.verdict())
    measures.mark("answer")
    if plan.reader.label is not None:
        measures.timings_ms["label_logprob"] = round(measures.label_logprob, 4)
    confidence = round(retrieval.confidence, 4)
    yield Closing(outcome, confidence, measures.usage, retrieval.timings_ms | measures.timings_ms)


async def _spoken(brief: Brief, plan: Plan, measures: Measures) -> AsyncGenerator[Answering | Source | Text, None]:
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
                    measures.usage = item.usage
                    measures.timings_ms |= {f"runtime_{name}": value for name, value in item.metrics.items()}
    for piece in plan.reader.finish():
        yield piece
