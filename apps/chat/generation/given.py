"""Turns that a client tells of: nobody here said them, so each is judged like a question."""

from collections.abc import Sequence

from apps.core.db import in_database
from apps.moderation.services import OwnRules

from ..models import Assistant
from .brief import EXCHANGES, own_rules
from .guard import input_judged

Turn = dict[str, str]


async def turns_judged(turns: Sequence[Turn], assistant: str) -> list[Turn]:
    """The last exchanges as moderation leaves them for the assistant with that slug, in OpenAI's form; one with a
    blocked turn is left out.

    Raises CheckUnavailable.
    """
    exchanges: list[list[Turn]] = []
    for turn in turns:
        if turn["role"] == "user" or not exchanges:
            exchanges.append([])
        # A question and what was said to it last: however many turns are told, few are judged.
        exchanges[-1] = [*exchanges[-1][:1], turn]
    own = await in_database(_own, assistant)
    kept: list[Turn] = []
    for exchange in exchanges[-EXCHANGES:]:
        kept += await _judged(exchange, own)
    return kept


def _own(slug: str) -> OwnRules | None:
    """None also where there is no such assistant, which is said later."""
    assistant = Assistant.objects.filter(slug=slug).first()
    return own_rules(assistant) if assistant else None


async def _judged(exchange: list[Turn], own: OwnRules | None) -> list[Turn]:
    judged: list[Turn] = []
    for turn in exchange:
        verdict = await input_judged(turn["content"], own)
        if verdict.action == "block":
            return []
        judged.append({"role": turn["role"], "content": verdict.text})
    return judged
