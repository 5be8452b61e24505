"""What is asked for has to be said by what is found: money where a price is asked for, a colour where one is."""

import pytest

from apps.knowledge.models import Collection
from apps.knowledge.retrieval.asked_thing import LACKING, asked_thing, tells
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.simplified import simplified

QUESTIONS = [
    # question, what says such a thing, what shares its words only
    ("What is the phone number of the branch?", "Call 0555 640 900.", "The branch opens at 9:00."),
    ("What colour are the boxes?", "Boxes are brown.", "Boxes come in three sizes."),
    ("Which brand is the fridge?", "The fridge is a Nordkap.", "There is a small fridge."),
    ("How often is the pool cleaned?", "It is cleaned twice a day.", "The pool is 50 metres long."),
    ("What time does the café close?", "The café closes at 18:00.", "Food may be eaten in the café."),
    ("How long does a repair take?", "It takes two weeks.", "Repairs under warranty are free."),
    ("How much is a pizza?", "A pizza is €9.", "The café serves pizza in the evening."),
    ("What does a colour print cost?", "Service: Print, A3; Price: 0.8; Unit: page", "Printers print in colour."),
    ("How heavy may a parcel be?", "Up to 30 kg.", "Parcels are checked within 2 days."),
    ("How tall are the hedges?", "Hedges are 2 metres tall.", "Hedges separate the pitches."),
    ("How far is the station?", "It is 9 km away.", "The station is called West."),
    ("How hot does the sauna get?", "It is heated to 90 °C.", "The sauna opens at 10:00."),
    ("How fast is the internet?", "Up to 100 Mbit/s.", "Internet reaches the café."),
    ("How big are the lockers?", "Lockers are 40 cm wide.", "There are 420 lockers."),
    ("How many parcels leave a day?", "Some 400 parcels.", "Orders before 15:00 leave within 2 working days."),
    ("前台的电话是多少？", "前台电话 0555 640 900。", "前台周六有人。"),
    ("联系你们用哪个邮箱？", "写信到 a@b.example。", "欢迎来信。"),
    ("丝带是什么颜色的？", "丝带是绿色的。", "丝带有三种宽度。"),
    ("冰箱是什么牌子的？", "冰箱是 Nordkap 的。", "木屋里有冰箱。"),
    ("咖啡厅几点关门？", "18 点关门。", "食物只能在咖啡厅食用。"),
    ("成人票多少钱？", "成人票 6.5 欧元。", "成人票在前台卖。"),
    ("泳池有多深？", "最深处 3 米。", "泳池周末开放。"),
    ("儿童池水温多少度？", "儿童池水温 32 度。", "儿童池周末开放。"),
    ("存包柜有多大？", "每格 40 厘米宽。", "入口大厅有 60 个存包柜。"),
    ("包裹最重多少公斤？", "不超过 30 公斤。", "包裹两天内检查。"),
    ("損壞要幾天內上報？", "三天內上報。", "損壞請上報。"),
    ("能换几次？", "每笔订单只能换货一次。", "15 日前可以换货。"),
    ("中心有几位师傅？", "共有 12 位师傅。", "修理需 7 个工作日。"),
]


@pytest.mark.parametrize(("question", "said", "unsaid"), QUESTIONS)
def test_only_what_names_the_kind_of_thing_says_it(question: str, said: str, unsaid: str) -> None:
    thing = asked_thing(simplified(question))
    assert thing is not None
    assert tells(thing, simplified(said), simplified(question))
    assert not tells(thing, simplified(unsaid), simplified(question))


@pytest.mark.parametrize(
    "question",
    [
        "How do I change my phone number?",
        "Who pays when I lose the card, and how much is it?",
        "Can I pay the rent in bitcoin?",
        "Which bank holiday are you closed on?",
        "价格能改吗",
        "邮箱怎么改",
        "登录了几次都失败",
        "我有几个问题",
        "做菜最重要的是什么",
        "试了几个办法都不行怎么办",
    ],
)
def test_a_question_that_wants_something_else_is_left_alone(question: str) -> None:
    assert asked_thing(question) is None


def test_what_the_question_says_itself_is_no_answer() -> None:
    question = "How much is a ticket for two days instead of €9?"
    thing = asked_thing(question)
    assert thing is not None
    assert not tells(thing, "Tickets for €9 are sold at the till.", question)


@pytest.mark.django_db
def test_a_search_is_not_sure_of_what_lacks_the_thing_that_is_asked_for(help_pages: Collection) -> None:
    wanted = search(collection_ids=[help_pages.pk], question="How many days do members have to return goods?")
    near = search(collection_ids=[help_pages.pk], question="What colour do members have to return goods in?")
    assert wanted.confidence > LACKING >= near.confidence
