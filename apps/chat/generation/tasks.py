"""What assistants do that is not answering from documents: no search, the model writes, moderation watches."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from apps.moderation.services import Blocked, Policy

from ..models import Outcome, Task
from .brief import Brief
from .guard import Guard
from .pieces import Answering, Checked, Closing, Note, Piece, Source, Text
from .speaking import Measures
from .translating import translated
from .writing import written

Doing = Callable[[Brief, Measures], AsyncGenerator[Answering | Source | Text | Note, None]]
DOING: dict[str, Doing] = {Task.TRANSLATE: translated, Task.WRITE: written}


async def task_stream(brief: Brief, policy: Policy, measures: Measures) -> AsyncGenerator[Piece, None]:
    """The pieces of what was asked for, as `answer_stream` yields them; nothing is quoted, so nothing is sure."""
    guard = Guard(policy, brief, ())
    outcome: str = Outcome.BLOCKED
    try:
        async with aclosing(DOING[brief.task](brief, measures)) as pieces:
            async for piece in pieces:
                for safe in await guard.passed(piece):
                    yield safe
        for safe in await guard.finished():
            yield safe
        outcome = Outcome.WRITTEN
    except Blocked as blocked:
        yield Text(guard.withheld(blocked))
    yield Checked("output", guard.verdict())
    measures.mark("answer")
    yield Closing(outcome, 0.0, measures.usage, measures.timings_ms)
