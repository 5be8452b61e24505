"""What is asked for has to be said by what is found: money where a price is asked for, a colour where one is."""

import pytest

from apps.knowledge.models import Collection, Document, Passage
from apps.knowledge.retrieval.asked_thing import LACKING, asked_thing, lacking, telling_first, tells
from apps.knowledge.retrieval.candidates import Candidate
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.sentences import ScoredSentence
from apps.knowledge.retrieval.simplified import simplified

QUESTIONS = [
    # question, what says such a thing, what shares its words only
    ("What is the phone number of the branch?", "Call 0555 640 900.", "The branch opens at 9:00."),
    ("What colour are the boxes?", "Boxes are brown.", "Boxes come in three sizes."),
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

ANSWERED = [
    # Said as people say it, without a sign, a unit or a usual word.
    ("What does delivery to Canada cost?", "Delivery to Canada costs 12.50."),
    ("How much is a ticket?", "120 CHF"),
    ("How much is a ticket?", "5 kr"),
    ("How much is a refill?", "There is no charge for refills."),
    ("How much is shipping?", "Shipping is on us for all orders."),
    ("What time do you open?", "We open at 9."),
    ("What time does it close?", "It closes at six."),
    ("What time is breakfast?", "Breakfast is served from 7 to 10 in the hall."),
    ("运费多少钱？", "满99包邮。"),
    ("运费是多少？", "全场包邮。"),
    ("贺卡多少钱？", "贺卡随单赠送。"),
    ("包装怎么收费？", "包装不另收费。"),
    ("几点退房？", "下午两点前退房即可。"),
    ("急救电话是多少？", "请拨打120。"),
    ("前台电话是多少？", "内线拨8。"),
    ("How big is the room?", "28 m²"),
    ("房间面积是多少？", "28㎡"),
    ("房间有多大？", "25平米"),
    ("How far is the station?", "It is three blocks from here."),
    ("How soon will I be paid?", "You are paid right away."),
    ("How long does a repair take?", "Allow a fortnight for repairs."),
    ("How many languages does it speak?", "It speaks English, French and German."),
    ("支持几种语言？", "支持中文和英文。"),
    ("能用几张券？", "每单限用一张。"),
    ("可以带几个人？", "可带一位同伴。"),
    ("How many guests may I bring?", "Each member may bring a guest."),
    ("How many coupons can I use?", "As many as you like."),
    ("What colours does the bag come in?", "The bag comes in navy and teal."),
    ("What colour is the bag?", "Khaki."),
    ("包是什么颜色的？", "藏蓝和卡其两款。"),
    ("How often is the pool cleaned?", "On Mondays and Fridays."),
    ("泳池多久换一次水？", "周一换水。"),
    # The question names the unit.
    ("How much is a ticket in euros?", "A ticket is 9 euros."),
    ("How much is a day pass in USD?", "USD 15"),
    ("How hot is the sauna in degrees?", "90 degrees"),
    ("How fast is it in km/h?", "25 km/h"),
    ("How often does the bus run each day?", "It runs twenty times each day."),
    ("票价是多少元？", "成人票九元。"),
    ("How many minutes does the walk take?", "The walk takes minutes: 20."),
]


@pytest.mark.parametrize(("question", "said"), ANSWERED)
def test_an_answer_in_other_words_says_it_too(question: str, said: str) -> None:
    thing = asked_thing(simplified(question))
    assert thing is None or tells(thing, simplified(said), simplified(question))


@pytest.mark.parametrize(
    "question",
    [
        "How much does the warranty cover?",
        "How much does the battery last?",
        "How much is the baggage allowance?",
        "What colour is it, red or blue?",
        "是几点开门还是全天开门？",
    ],
)
def test_money_is_not_asked_for_by_every_how_much_nor_a_thing_by_who_names_two(question: str) -> None:
    assert asked_thing(question) is None


def found(heading: str, text: str) -> tuple[list[Candidate], list[ScoredSentence]]:
    passage = Passage(document=Document(title="Help"), heading=heading, text=text)
    return [Candidate(passage, 1.0, 1.0, None, frozenset())], [ScoredSentence(0, 0, len(text), 1.0, ())]


@pytest.mark.parametrize(
    ("question", "heading", "text"),
    [
        ("发哪家快递？", "发哪家快递？", "默认发顺丰，需要别的请留言。"),
        ("Which courier do you use?", "Which courier do you use?", "DHL, unless you ask for another."),
        ("How much is shipping?", "Help › How much does shipping cost?", "Ask before you order."),
        ("What colours does the bag come in?", "What colours is the bag available in?", "Ask the shop."),
        ("几点退房？", "What time is check-out?", "Whenever you like."),
    ],
)
def test_what_stands_below_the_question_itself_lacks_nothing(question: str, heading: str, text: str) -> None:
    assert not lacking(question, *found(heading, text))


def test_what_stands_below_another_heading_lacks_it() -> None:
    assert lacking("How much is shipping?", *found("How long does shipping take?", "Ask before you order."))
    assert lacking("How much is shipping?", *found("Shipping", "Ask before you order."))


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


@pytest.mark.parametrize(("score", "first"), [(10.0, 1), (2.0, 0)])
def test_of_a_passage_only_what_lies_near_its_best_sentence_goes_before_it(score: float, first: int) -> None:
    text = "Lamps are made to order. A spare bulb costs £4."
    (candidate,), _ = found("", text)
    sentences = [ScoredSentence(0, 0, 24, 12.0, ()), ScoredSentence(0, 25, len(text), score, ())]
    best, *_ = telling_first("How much is a lamp?", [candidate], sentences)
    assert best.start == sentences[first].start
