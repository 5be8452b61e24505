"""Turns that a client tells of: nobody here said them, so each is judged like a question."""

from collections.abc import Sequence

from .brief import EXCHANGES
from .guard import input_judged

Turn = dict[str, str]


async def turns_judged(turns: Sequence[Turn]) -> list[Turn]:
    """The last exchanges as moderation leaves them, in OpenAI's form; one with a blocked turn is left out.

    Raises CheckUnavailable.
    """
    exchanges: list[list[Turn]] = []
    for turn in turns:
        if turn["role"] == "user" or not exchanges:
            exchanges.append([])
        # A question and what was said to it last: however many turns are told, few are judged.
        exchanges[-1] = [*exchanges[-1][:1], turn]
    kept: list[Turn] = []
    for exchange in exchanges[-EXCHANGES:]:
        kept += await _judged(exchange)
    return kept


async def _judged(exchange: list[Turn]) -> list[Turn]:
    judged: list[Turn] = []
    for turn in exchange:
        verdict = await input_judged(turn["content"])
        if verdict.action == "block":
            return []
        judged.append({"role": turn["role"], "content": verdict.text})
    return judged
