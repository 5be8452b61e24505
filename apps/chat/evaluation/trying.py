"""One question answered as an assistant would answer it, and what decided that. Nothing is recorded."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _

from apps.core.errors import Unavailable
from apps.knowledge.retrieval.types import Retrieval
from apps.registry.selectors import alias_target

from ..generation.answer import answer_stream
from ..generation.brief import Brief, brief_for
from ..generation.fold import Event, fold
from ..generation.pieces import Closing, Reading, event_of
from ..models import Assistant, Outcome
from .cases import Case
from .run import Setting, brief_of

# Longer than an answer takes; a model that is still being loaded is not waited for.
WAIT_SECONDS = 30.0
Why = Literal[
    "",  # it is answered
    "unsure",  # the search is less sure than the threshold asks
    "alike",  # sure enough, but nothing that was found stands out
    "form",  # asks for what is only answered where the documents state it
    "model",  # the model did not choose any of the sentences
    "subject",  # asked back: what it is about
    "price",  # asked back: the price of what
    "price_of",  # asked back: the price of which of such things
    "itself",  # asks what the assistant is for, or for what it does itself
    "talk",
    "blocked",
]

_BACK: dict[str, Why] = {"subject": "subject", "price": "price", "price_of": "price_of", "itself": "itself"}


@dataclass(frozen=True)
class Tried:
    """What would be said, with its numbered `sources` as the chat is told them. `sure` is the search's confidence,
    None where nothing was searched; `likely` how likely a quoted answer is right; `found` what decided.
    """

    text: str
    sources: list[dict[str, Any]]
    outcome: str
    why: Why
    sure: float | None
    likely: float
    found: Retrieval | None = None


def assistant_tried(*, assistant: Assistant, question: str, threshold: float) -> Tried:
    """As the first question of a conversation, with another `threshold` where that differs.

    Raises NotFound without a model; Unavailable when no answer came in time; what `answer_stream` raises.
    """
    return _tried(replace(brief_for(assistant, question), threshold=threshold))


def collection_tried(*, collection_id: UUID, question: str, threshold: float) -> Tried:
    """The same of an assistant that is set up as a new one is, and answers from this collection alone."""
    setting = Setting((collection_id,), {}, alias_target(Assistant().alias), threshold)
    return _tried(brief_of(setting, Case(question, ())))


def _tried(brief: Brief) -> Tried:
    return async_to_sync(_answered)(replace(brief, caller="playground"))


async def _answered(brief: Brief) -> Tried:
    events: list[Event] = []
    found: Reading | None = None
    wait = asyncio.timeout(WAIT_SECONDS)
    try:
        async with wait, aclosing(answer_stream(brief)) as pieces:
            async for piece in pieces:
                if (event := event_of(piece)) is not None:
                    events.append(event)
                match piece:
                    case Reading():
                        found = piece
                    case Closing():
                        said = fold(enumerate(events, 1))
                        made_of = found.retrieval if found else None
                        sure = made_of.confidence if made_of else None
                        why = _why(brief, found, piece.outcome)
                        return Tried(said.text, said.sources, piece.outcome, why, sure, piece.confidence, made_of)
    except TimeoutError as error:
        if not wait.expired():  # another's, such as the database's
            raise
        raise Unavailable(_("The model did not answer in time. It may still be loading; try again.")) from error
    raise RuntimeError("the answer ended without a closing piece")


def _why(brief: Brief, found: Reading | None, outcome: str) -> Why:
    """What decided, read off what the pipeline told on its way."""
    if outcome == Outcome.BLOCKED:
        return "blocked"
    if outcome == Outcome.SMALLTALK:
        return _BACK.get(found.back, "talk") if found else "itself"
    if outcome != Outcome.DECLINED or found is None:
        return ""
    if found.retrieval.confidence < brief.threshold:
        return "unsure"
    if found.apart:
        return "form"
    return "model" if found.used else "alike"
