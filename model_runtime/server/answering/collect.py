"""Waits for whole answers."""

from dataclasses import dataclass, field

from starlette.requests import Request

from model_runtime.engine.request import Finished, Token
from model_runtime.server.answering.run import Run
from model_runtime.server.answering.waiting import on_disconnect


@dataclass
class Whole:
    """A complete answer."""

    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    reason: str = ""


async def collect(request: Request, run: Run) -> list[Whole]:
    """All answers in their order. Raises ApiError if one fails; the others are then cancelled."""
    answers = [Whole() for _ in range(run.count)]
    with run, on_disconnect(request.receive, run.cancel):
        async for batch in run.batches():
            if run.failure is not None:
                raise run.failure
            for index, events in batch:
                for event in events:
                    if isinstance(event, Finished):
                        answers[index].reason = event.reason
                    else:
                        answers[index].text += event.text
                        answers[index].tokens += event.tokens
    return answers
