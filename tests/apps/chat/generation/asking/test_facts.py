"""Questions about the house itself are looked for in the documents before anything else, and never greeted."""

from dataclasses import replace

import pytest

from apps.chat.generation.asking.facts import fact_of, of_the_house
from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Outcome
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedSentence

from ...fakes import ONE, FakeRuntime, FakeSearch, passage, send

ADDRESS = "Post: Lanternfield, 16 Dengcao Lane, Suzhou"
BOOK = "The address book holds up to 20 addresses."


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Where are you?", "place"),
        ("What's your address?", "place"),
        ("which city are you based in", "place"),
        ("When are you open?", "hours"),
        ("opening hours", "hours"),
        ("Do you work on holidays?", "hours"),
        ("your phone number", "phone"),
        ("How can I reach you?", "contact"),
        ("When was the company founded?", "founded"),
        ("Who runs this?", "head"),
        ("who is your managing director", "head"),
        ("What is this?", "itself"),
        ("What is this site about?", "itself"),
        ("Which company is this?", "itself"),
        ("What do you sell?", "sells"),
        ("你们在哪里？", "place"),
        ("贵公司地址是什么", "place"),
        ("你们几点下班", "hours"),
        ("请问周日营业吗", "hours"),
        ("现在有人吗", "hours"),
        ("客服电话是多少", "phone"),
        ("怎么联系你们", "contact"),
        ("怎么找客服", "contact"),
        ("客服在哪里", "contact"),
        ("怎么找你们", "place"),
        ("What is the address of the practice?", "place"),
        ("Where is the hotel?", "place"),
        ("医院在哪里？", "place"),
        ("请问宠物医院的地址是什么", "place"),
        ("How old is the company?", "founded"),
        ("are you open on public holidays", "hours"),
        ("你们什么时候成立的", "founded"),
        ("你们老板是谁", "head"),
        ("这是什么", "itself"),
        ("你们公司是做什么的", "itself"),
        ("这里是哪家公司", "itself"),
        ("你们卖什么", "sells"),
    ],
)
def test_what_of_the_house_is_asked_for_is_known_by_the_whole_question(text: str, fact: str) -> None:
    found = fact_of(text, detect_language(text))
    assert found is not None
    assert found.name == fact
    assert of_the_house(text, detect_language(text))


@pytest.mark.parametrize(
    "text",
    [
        "Where is my parcel?",
        "Where is the lift?",
        "医院的停车场在哪里？",
        "When are you going to send my lamp?",
        "What is this lamp made of?",
        "Can I change my address?",
        "How can I reach the light switch?",
        "Who pays the return?",
        "Do you work on laptops?",
        "Are you open at night markets?",
        "How old are you?",
        "我的包裹在哪里",
        "怎么改收货地址",
        "几点前下单当天发货",
        "你们什么时候发货",
        "这是什么灯",
        "电话打不通",
    ],
)
def test_a_question_with_a_subject_of_its_own_is_none_of_them(text: str) -> None:
    assert fact_of(text, detect_language(text)) is None


@pytest.mark.parametrize(
    ("question", "states", "else_"),
    [
        ("你们在哪里", "来信请寄：苏州市姑苏区灯草巷 16 号，灯野", "地址簿最多保存 20 个地址。"),
        ("where are you", "We are in Berlin.", BOOK),
        ("你们几点下班", "诊所周一至周五 8:00 至 18:00 开诊。", "抽血时间为 8:00 至 10:00。"),
        ("when are you open", "We are open from 9 am to 5 pm.", "Orders paid after 15:00 leave the next day."),
        ("电话是多少", "号码：400-820-0316", "订单号 2026-11-26"),
        ("how can i reach you", "Write to help@lanternfield.example.", "Write to us."),
        ("你们老板是谁", "总经理伊达·贝格说", "由客户关系经理复核"),
        ("who owns this company", "It is owned by two sisters.", "The owner of a home can invite members."),
        ("你们在哪里", "本店位于苏州观前街。", "请在下单时告诉我们您的收货地址。"),
        ("你们在哪里", "灯草巷 16 号", "偏远地区的订单每月15号统一发货。"),
        ("where are you", "Our shop is in the Old Town.", "We are in no way liable for damage."),
        ("你们几点下班", "人工客服 24 小时在线。", "客服会在 24 小时内回复邮件。"),
        ("when are you open", "We are available 24 hours a day.", "Spare parts are available within 24 hours."),
        ("你们老板是谁", "老板是王芳", "退款超过 5000 元需总经理批准。"),
        ("what do you sell", "We make lamps by hand.", "We offer no refunds on opened items."),
        ("你们卖什么", "我们销售灯具和控温壶。", "我们不提供发票。"),
        ("your phone number", "(212) 555-0199", "Order 400-1234-5678 has been cancelled."),
        ("who is the owner", "The shop manager is Anna.", "Only the manager is allowed to do that."),
        ("when was the company founded", "We began trading in 1987.", "The warranty lasts for 2 years."),
    ],
)
def test_only_a_sentence_that_states_it_answers(question: str, states: str, else_: str) -> None:
    fact = fact_of(question, detect_language(question))
    assert fact is not None
    said = [fact.stated_by(RankedSentence(1, text, 0, len(text), 1.0)) for text in (states, else_)]
    assert said == [True, False]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("your phone number", "Call us on 020 7946 0958."),
        ("your phone number", "0800 123 4567"),
        ("your phone number", "030 1234567"),
        ("电话是多少", "客服电话：95588。"),
        ("电话是多少", "400 820 8820"),
        ("电话是多少", "4008208820"),
        ("电话是多少", "138 1234 5678"),
        ("电话是多少", "（021）55881234"),
        ("你们老板是谁", "本店负责人：王芳。"),
        ("你们老板是谁", "法人代表：王芳"),
        ("who is the owner", "The owner is Anna Berg."),
        ("when was the company founded", "The workshop has made lamps for 40 years."),
        ("公司什么时候成立的", "公司始于1998年"),
    ],
)
def test_a_house_states_it_in_many_forms(question: str, text: str) -> None:
    fact = fact_of(question, detect_language(question))
    assert fact is not None
    assert fact.stated_by(RankedSentence(1, text, 0, len(text), 1.0))


async def asked(owner: Actor, question: str) -> Generation:
    sent = await in_database(send, owner, question)
    await generation_run(sent.generation.pk)
    return await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)


@pytest.mark.asyncio
async def test_where_the_house_is_stands_in_the_documents_in_other_words(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.passages, search.of = (passage(BOOK),), {"post": (passage(BOOK, ADDRESS),)}
    search.confidence, runtime.pieces = 0.02, ["[1]", f" {ADDRESS}"]
    search.confidences["Where are you? address post"] = 0.8
    generation = await asked(owner, "Where are you?")
    assert generation.outcome == Outcome.ANSWERED
    assert BOOK not in runtime.calls[0]["grammar"]
    assert "[hello]" not in runtime.calls[0]["grammar"]


@pytest.mark.asyncio
@pytest.mark.parametrize(("title", "answered"), [("Our shop: where we are", True), ("People we work with", False)])
async def test_an_address_below_a_title_that_announces_it_is_the_house_s_own(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, title: str, answered: bool
) -> None:
    """The search believes neither: hardly a word of the question stands there."""
    address = "Mill Lane Vets is at 14 Mill Lane, Otterby."
    search.of = {"lane": (passage("The bus stops at the door.", address, title=title),)}
    search.confidence, runtime.pieces = 0.02, ["[1]", f" {address}"]
    search.unknown = {"address street road lane"}
    if not answered:
        runtime.pieces = ["[no]", f" {phrases_for('en', name='Service', overrides={})['no']}"]
    generation = await asked(owner, "Where are you?")
    assert (generation.outcome == Outcome.ANSWERED) is answered
    assert ("[no]" in runtime.calls[0]["grammar"]) is not answered, "nothing else is left to the model"


@pytest.mark.asyncio
async def test_what_answers_at_once_is_not_looked_for_twice(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.passages, runtime.pieces = (passage(ADDRESS),), ["[1]", f" {ADDRESS}"]
    await asked(owner, "Where are you?")
    assert search.asked == ["Where are you?"]


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["Who runs this?", "your phone number"])
async def test_what_no_document_states_is_declined_and_not_greeted(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, question: str
) -> None:
    runtime.pieces = ["[no]", f" {phrases_for('en', name='Service', overrides={})['no']}"]
    search.confidence = 0.5
    generation = await asked(owner, question)
    assert generation.outcome == Outcome.DECLINED
    assert [word for word in ("hello", "thanks", "who") if f"[{word}]" in runtime.calls[0]["grammar"]] == []
    assert ONE not in runtime.calls[0]["grammar"]


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["What is this?", "这是什么？"])
async def test_who_asks_what_this_is_hears_what_the_assistant_is_for_unless_the_documents_say_it(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, question: str
) -> None:
    texts = {"description": "Orders and returns.", "description_zh": "订单与退货。"}
    await in_database(lambda: Assistant.objects.update(**texts))
    search.confidence = 0.5
    generation = await asked(owner, question)
    assert generation.outcome == Outcome.SMALLTALK
    assert texts["description" if question.isascii() else "description_zh"] in generation.answer.text
    assert runtime.calls == []

    about = "Lanternfield is a maker of lamps."
    search.of, runtime.pieces = {"about us": (passage(about),), "公司简介": (passage(about),)}, ["[1]", f" {about}"]
    assert (await asked(owner, question)).outcome == Outcome.ANSWERED


@pytest.mark.asyncio
async def test_a_form_alone_answers_nothing_that_the_search_does_not_believe(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.of, search.confidence = {"post": (passage(ADDRESS),)}, 0.02
    runtime.pieces = ["[no]", f" {phrases_for('en', name='Service', overrides={})['no']}"]
    assert (await asked(owner, "Where are you?")).outcome == Outcome.DECLINED


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "heading", "confidence"),
    [("Who runs this?", "Shop › Returns", 0.97), ("Who runs this?", "Shop › Who runs this?", 0.4)],
)
async def test_a_sure_search_or_that_very_heading_answers_in_whatever_form(
    assistant: Assistant,
    owner: Actor,
    runtime: FakeRuntime,
    search: FakeSearch,
    question: str,
    heading: str,
    confidence: float,
) -> None:
    search.passages, search.confidence = (replace(passage(ONE), heading=heading),), confidence
    assert (await asked(owner, question)).outcome == Outcome.ANSWERED
