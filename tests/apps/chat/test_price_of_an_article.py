"""Whose price a sentence says: that of the article that is asked for, or of another one."""

from dataclasses import replace

import pytest

from apps.chat.generation.searching import searched

from .fakes import FakeSearch, passage
from .test_greetings import brief

LAMP = "The C40 is our best ceiling lamp."
SUM = "It costs 99 €."


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "before", "price", "sure", "back"),
    [
        ("How much is the C40?", LAMP, SUM, 0.99, ""),
        ("How much is the C40?", LAMP, SUM, 0.4, ""),
        ("C40 多少钱", "C40 是我们最好的吸顶灯。", "售价 299 元。", 0.99, ""),
        ("How much is the C40?", "We sell lamps.", SUM, 0.99, "price_of"),
        ("How much is the C40?", "We sell lamps.", "The C60 costs 99 €.", 0.99, "price_of"),
        ("How much is the C40?", LAMP, "The C60 costs 99 €.", 0.99, "price_of"),
        ("How much is the C40?", "The C60 is our best ceiling lamp.", SUM, 0.99, "price_of"),
    ],
)
async def test_a_price_is_said_of_the_article_that_stands_in_its_sentence_or_above(
    search: FakeSearch, question: str, before: str, price: str, sure: float, back: str
) -> None:
    said = passage(before, price, title="Shop")
    ranked = tuple(replace(one, rank=rank) for one, rank in zip(said.sentences, (2, 1), strict=True))
    search.passages, search.confidence = (replace(said, heading="Lamps", sentences=ranked),), sure
    assert (await searched(brief(question))).back == back
