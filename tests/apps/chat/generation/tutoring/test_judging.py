"""What a reply to a tutor's gap is: the word, another word, or something to be answered like any other message."""

import pytest

from apps.chat.generation.tutoring.cloze import Gap
from apps.chat.generation.tutoring.judging import judged
from apps.core.language import detect_language

SPEED = Gap("In a vacuum light travels about 300,000 kilometres in a second.", "300,000")
SPEED_ZH = Gap("在真空中，光每秒大约传播 30 万千米。", "30 万")
DAYS = Gap("Returns are free within 30 days.", "30")
COLOURS = Gap("Cones see colours but need much light.", "colours")
REFRACTION = Gap("The bending of light in glass is called refraction.", "refraction")
POLICY = Gap("Our return policy holds for lamps.", "policy")
QUARTER = Gap("离一盏小灯的距离增加一倍，照度只剩四分之一。", "四分之一")
WARMTH = Gap("白光的色温用开尔文表示。", "色温")
LEAVE = Gap("请假要提前三天告诉店长。", "请假")
SHAPES = Gap("光线的走法用几何来说明。", "几何")
PRAISE = Gap("收到好评的灯会排在前面。", "好评")
DARK = Gap("视杆细胞在暗处只看得见灰色。", "视杆细胞")
RIGHT, OTHER, UNKNOWN = "right", "other", "unknown"


@pytest.mark.parametrize(
    ("reply", "gap", "judgement"),
    [
        ("300000", SPEED, RIGHT),
        ("about 300,000 km", SPEED, RIGHT),
        ("I think it's 300,000 km/s", SPEED, RIGHT),
        ("0.3 million", SPEED, RIGHT),
        ("30", SPEED, OTHER),
        ("300", DAYS, OTHER),
        ("14 days", DAYS, OTHER),
        ("30 天", SPEED_ZH, OTHER),
        ("300000", SPEED_ZH, RIGHT),
        ("30 万千米吧", SPEED_ZH, RIGHT),
        ("大约30万", SPEED_ZH, RIGHT),
        ("30", SPEED_ZH, OTHER),
        ("Colour", COLOURS, RIGHT),
        ("cones see colours", COLOURS, RIGHT),
        ("colours?", COLOURS, RIGHT),
        ("wavelenght", Gap("Its wavelength is short.", "wavelength"), RIGHT),
        ("reflection", REFRACTION, OTHER),
        ("the lens", COLOURS, OTHER),
        ("return policy", POLICY, RIGHT),
        ("I don't know", COLOURS, UNKNOWN),
        ("是四分之一", QUARTER, RIGHT),
        ("照度只剩四分之一", QUARTER, RIGHT),
        ("一半", QUARTER, OTHER),
        ("十分之一", QUARTER, OTHER),
        ("25%", QUARTER, OTHER),
        ("不知道", QUARTER, UNKNOWN),
        ("请假", LEAVE, RIGHT),
        ("调休", LEAVE, OTHER),
        ("几何", SHAPES, RIGHT),
        ("是几何吗？", SHAPES, RIGHT),
        ("好评", PRAISE, RIGHT),
        ("看法", PRAISE, OTHER),
        ("视锥细胞", DARK, OTHER),
        ("退货政策", WARMTH, None),
    ],
)
def test_what_fills_the_gap_is_compared_with_the_term(reply: str, gap: Gap, judgement: str | None) -> None:
    assert judged(reply, gap, detect_language(gap.sentence)) == judgement


@pytest.mark.parametrize("gap", [SPEED, COLOURS, REFRACTION])
@pytest.mark.parametrize(
    "reply",
    [
        "What is refraction?",
        "define refraction",
        "explain colours",
        "colours of light in glass bulbs",
        "give me an example",
        "list lamps",
        "return policy",
        "refund after 30 days",
        "refraction or reflection",
        "Tell me about lamps",
        "another question",
        "next",
        "hint",
        "thanks!",
        "lamps?",
        "解释色温",
        "I would rather like to hear something about how eyes work",
    ],
)
def test_an_english_message_that_asks_or_says_something_else_is_not_judged(reply: str, gap: Gap) -> None:
    assert judged(reply, gap, "en") is None


@pytest.mark.parametrize("gap", [SPEED_ZH, WARMTH, DARK, LEAVE])
@pytest.mark.parametrize(
    "reply",
    [
        "介绍一下色温",
        "解释色温",
        "告诉我色温",
        "什么是色温",
        "色温呢",
        "举个例子",
        "给我出道题",
        "我想找人工",
        "怎么请假",
        "请假要扣钱吗",
        "30 天内能退吗",
        "50 怎么样",
        "再来一题",
        "下一题",
        "继续",
        "谢谢",
        "好的",
        "没听懂",
        "不会做",
        "考考我",
        "define refraction",
        "lamps",
    ],
)
def test_a_chinese_message_that_asks_or_says_something_else_is_not_judged(reply: str, gap: Gap) -> None:
    assert judged(reply, gap, "zh") is None
