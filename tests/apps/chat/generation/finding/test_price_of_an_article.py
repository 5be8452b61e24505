"""Whose price a sentence says: that of the article that is asked for, or of another one."""

from dataclasses import replace

import pytest

from apps.chat.generation.finding.searching import searched

from ...fakes import FakeSearch, passage
from ..asking.test_greetings import brief

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


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "text", "back"),
    [
        ("How much does a helmet cost?", "It is free of charge, but a helmet is compulsory.", "price_of"),
        ("What does an apron cost?", "It is free for members; gloves and an apron are compulsory.", "price_of"),
        ("手套多少钱？", "周六上课，会员免费，请自带手套和围裙。", "price_of"),
        ("租头盔多少钱？", "丢失车锁赔偿六十元，丢失头盔赔偿八十元。", "price_of"),
        ("轨道灯价格", "服务: 上门安装; 价格（元）: 60", "price_of"),
        ("How much is a piano lesson?", "A guitar lesson costs 32 euros.", "price_of"),
        ("How much is a guitar lesson?", "A guitar lesson costs 32 euros.", ""),
        ("How much is a yearly membership?", "The membership costs 45 euros a year.", ""),
        ("How much is the humidifier?", "Product: Dew humidifier; Power (W): 25; Noise: 26", "price_of"),
        ("How much does a helmet cost?", "A helmet costs 40 euros, gloves are free.", ""),
        ("How much does a helmet cost?", "A helmet is compulsory and costs 40 euros.", ""),
        ("How much does an apron cost?", "Gloves cost 8 euros, and an apron is included.", ""),
        ("手套多少钱？", "围裙三十元，手套二十元。", ""),
        ("上门安装价格", "服务: 上门安装; 价格（元）: 60", ""),
        ("How much is the helmet?", "At only $20, the helmet is a bargain.", ""),
        ("How much is a helmet?", "For only $20, you get a helmet.", ""),
        ("How much is the bike?", "From just $1,299, the bike is yours.", ""),
        ("How much is a locker?", "For just $20 a month, you get a locker.", ""),
        ("How much is the helmet?", "Gloves cost $20, the helmet is compulsory.", "price_of"),
        ("台灯多少钱？", "只要299元，就能把这款台灯带回家。", ""),
        ("台灯多少钱？", "仅需¥299，即可购买台灯。", ""),
        ("储物柜多少钱？", "每月只要30元/月，就能租一个储物柜。", ""),
        ("台灯多少钱？", "灯罩只要29元，台灯请到店选购。", "price_of"),
    ],
)
async def test_no_price_is_said_that_is_another_things(
    search: FakeSearch, question: str, text: str, back: str
) -> None:
    search.passages, search.confidence = (replace(passage(text, title="Shop"), heading="Club"),), 0.99
    assert (await searched(brief(question))).back == back
