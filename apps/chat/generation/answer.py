"""From a question to the pieces of its answer. No rows: runner and evaluation both stand on this."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from apps.knowledge.services import asearch
from apps.moderation.services import Blocked, Policy

from ..models import Outcome, Task
from .brief import Brief
from .cache import Recalled
from .guard import Guard, question_check
from .pieces import Checked, Closing, Piece, Reading, Searching, Text
from .plan import plan_for
from .replay import replay
from .speaking import Measures, spoken
from .tasks import task_stream

PASSAGES = 5


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
    if brief.task != Task.ANSWER:
        async with aclosing(task_stream(brief, policy, measures)) as pieces:
            async for piece in pieces:
                yield piece
        return
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
        async with aclosing(spoken(brief, plan, measures)) as pieces:
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
