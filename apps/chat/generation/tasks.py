"""What assistants do that is not answering from documents: the model writes, moderation watches."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from apps.moderation.services import Policy

from ..models import Outcome, Task
from .brief import Brief
from .composing.translating import translated
from .composing.writing import written
from .guard import Guard
from .pieces import Closing, Doing, Piece
from .speaking import Measures

DOING: dict[str, Callable[[Brief, Measures], AsyncGenerator[Doing, None]]] = {
    Task.TRANSLATE: translated,
    Task.WRITE: written,
}


async def task_stream(brief: Brief, policy: Policy, measures: Measures) -> AsyncGenerator[Piece, None]:
    """The pieces of what was asked for, as `answer_stream` yields them; nothing is quoted as it is, so nothing is
    sure.
    """
    guard = Guard(policy, brief, ())
    async with aclosing(guard.over(DOING[brief.task](brief, measures))) as pieces:
        async for piece in pieces:
            yield piece
    yield guard.checked()
    measures.mark("answer")
    yield Closing(guard.outcome(Outcome.WRITTEN), 0.0, measures.usage, measures.timings_ms)
