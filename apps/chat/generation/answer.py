"""From a question to the pieces of its answer. No rows: runner and evaluation both stand on this."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from apps.knowledge.retrieval.types import Retrieval
from apps.moderation.services import CheckUnavailable, Policy

from ..models import Outcome, Task
from .asking_back import asked_back
from .brief import Brief
from .cache import Recalled
from .finding.nearest import nearest_told
from .finding.several import searched_among
from .guard import Guard, question_check
from .phrases import aside
from .pieces import Checked, Closing, Note, Piece, Reading, Searching, Source, Text, Waiting
from .plan import plan_for
from .replay import replay
from .speaking import Measures, spoken
from .tasks import task_stream
from .tutoring.checking import Filled, check_below

MOMENT = 1.5  # seconds after which somebody who sees nothing is told to wait

Recall = Callable[[Brief, Policy], Awaitable[Recalled | None]]


async def answer_stream(brief: Brief, recall: Recall | None = None) -> AsyncGenerator[Piece, None]:
    """Yields the pieces in the order in which they may be shown; the last one is `Closing`.

    `recall` may know an answer that was given before, to the question as moderation left it.
    Closing the generator stops the runtime. Raises ApplicationErrors: of moderation that cannot judge, the search,
    the runtime, or NotVerbatim.
    """
    measures = Measures()
    if brief.opening:
        yield Text(brief.opening)
    checking = asyncio.ensure_future(question_check(brief))
    try:
        if not (await asyncio.wait([checking], timeout=MOMENT))[0]:
            yield Waiting()
        policy, verdict = await checking
    finally:
        checking.cancel()
    yield Checked("input", verdict)
    if verdict.failed:
        raise CheckUnavailable(verdict.message)
    if verdict.action == "block":
        whom = {"offered": brief.reachable, "asked": aside("asked", brief.language)}.get(brief.people)
        yield Text(f"{verdict.message}\n\n{whom}" if verdict.self_harm and whom else verdict.message)
        if verdict.self_harm and brief.people == "offered":
            yield Note({"kind": "person"})
        yield Closing(Outcome.BLOCKED, 0.0, timings_ms=measures.timings_ms)
        return
    if brief.wish and not brief.begun:
        for piece in _granted(brief):
            yield piece
        yield Closing(Outcome.SMALLTALK, 0.0, timings_ms=measures.timings_ms)
        return
    if brief.filled and not brief.begun:
        async with aclosing(_judged(brief, brief.filled, policy, measures)) as pieces:
            async for piece in pieces:
                yield piece
        return
    brief = replace(brief, question=verdict.text)
    made = (
        _answered(brief, policy, measures, recall)
        if brief.task == Task.ANSWER
        else task_stream(brief, policy, measures)
    )
    async with aclosing(made) as pieces:
        async for piece in pieces:
            yield piece


async def _answered(
    brief: Brief, policy: Policy, measures: Measures, recall: Recall | None
) -> AsyncGenerator[Piece, None]:
    """From the documents, to a question that moderation let pass."""
    yield Searching()
    if recall is not None and (recalled := await recall(brief, policy)) is not None:
        async with aclosing(replay(recalled, brief, policy, measures)) as pieces:
            async for piece in pieces:
                yield piece
        return
    brief, retrieval, back, apart = await searched_among(brief)
    measures.mark("search")
    if back and not brief.begun and (brief.welcome or back != "itself"):
        async with aclosing(asked_back(brief, back, retrieval, policy, measures)) as pieces:
            async for piece in pieces:
                yield piece
        return
    plan = plan_for(brief, retrieval, apart)
    yield Reading(retrieval, len(plan.passages), apart=apart, context=brief.context)
    if not plan.passages and (brief.emergency or brief.said):
        if not brief.emergency:  # else what to do is said, and "no answer" would only contradict it
            yield Text(aside("no_other", brief.language))
        yield Closing(Outcome.DECLINED, round(retrieval.confidence, 4), timings_ms=measures.timings_ms)
        return
    guard = Guard(policy, brief, plan.passages)
    begun = brief.begun.text if brief.begun else ""
    quoted: list[str] = []
    async with aclosing(guard.over(spoken(brief, plan, measures), begun)) as pieces:
        async for piece in pieces:
            quoted += [piece.excerpt] if isinstance(piece, Source) else []
            yield piece
    outcome = guard.outcome(plan.reader.outcome)
    if brief.people == "offered" and outcome == Outcome.DECLINED:
        yield Note({"kind": "person"})
    if brief.check and brief.verbatim and outcome == Outcome.ANSWERED and not retrieval.across:
        for below in check_below(brief.check, quoted, brief.question, brief.language):
            yield Text(below)
    if outcome == Outcome.DECLINED and (near := await nearest_told(retrieval, guard)):
        yield near
    yield guard.checked()
    measures.mark("answer")
    if plan.reader.label is not None:
        measures.timings_ms["label_logprob"] = round(measures.label_logprob, 4)
    confidence = round(plan.confidence if outcome == Outcome.ANSWERED else retrieval.confidence, 4)
    yield Closing(outcome, confidence, measures.usage, retrieval.timings_ms | measures.timings_ms)


async def _judged(brief: Brief, filled: Filled, policy: Policy, measures: Measures) -> AsyncGenerator[Piece, None]:
    """To a reply that fills a gap: whether it is the word, and the sentence with its source. It is no question, so
    no figure counts it as one that the documents answer.
    """
    source = filled.source | {"number": 1}
    retrieval = Retrieval(brief.question, filled.language, (filled.passage,), 0.0)
    said = Recalled("", filled.text, [source], retrieval, 0.0)
    async with aclosing(replay(said, brief, policy, measures)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Closing) and piece.outcome == Outcome.ANSWERED:
                piece = replace(piece, outcome=Outcome.SMALLTALK)  # noqa: PLW2901
            yield piece


def _granted(brief: Brief) -> list[Piece]:
    """What an utterance gets that asks for something of the assistant itself."""
    if brief.wish == "person":
        return [Text(brief.reachable), Note({"kind": "person"})]
    return [Text(brief.welcome)]
