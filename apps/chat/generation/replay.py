"""Giving a remembered answer again, through the same moderation that a new one passes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from apps.moderation.services import Policy

from ..models import Outcome
from .brief import Brief
from .cache import Recalled
from .guard import Guard
from .pieces import Answering, Closing, Piece, Reading, Source, Text, source_again
from .speaking import Measures


async def replay(
    recalled: Recalled, brief: Brief, policy: Policy, measures: Measures
) -> AsyncGenerator[Piece, None]:
    """The pieces of the answer, as `answer_stream` yields them from the search on."""
    measures.mark("search")
    passages = recalled.retrieval.passages
    yield Reading(recalled.retrieval, len(passages))
    guard = Guard(policy, brief, passages)
    measures.mark("first_token")
    yield Answering()
    async with aclosing(guard.over(_spoken(recalled))) as pieces:
        async for piece in pieces:
            yield piece
    yield guard.checked()
    measures.mark("answer")
    yield Closing(guard.outcome(Outcome.ANSWERED), round(recalled.confidence, 4), timings_ms=measures.timings_ms)


async def _spoken(recalled: Recalled) -> AsyncGenerator[Source | Text, None]:
    """Each source before the text that first cites it."""
    of_id = {str(passage.passage_id): passage for passage in recalled.retrieval.passages}
    said = 0
    for source in sorted(recalled.sources, key=lambda source: source["number"]):
        mark = f"[{source['number']}]"
        end = recalled.text.find(mark, said)
        end = end + len(mark) if end >= 0 else said
        yield source_again(source, of_id[source["passage"]])
        if end > said:
            yield Text(recalled.text[said:end])
            said = end
    if recalled.text[said:]:
        yield Text(recalled.text[said:])
