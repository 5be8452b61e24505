"""Questions about the house itself are looked for in the documents before anything else, and never greeted."""

import pytest

from apps.chat.generation.facts import fact_of, of_the_house
from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Outcome
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedSentence

from .fakes import ONE, FakeRuntime, FakeSearch, passage, send

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
        "When are you going to send my lamp?",
        "What is this lamp made of?",
        "Can I change my address?",
        "How can I reach the light switch?",
        "Who pays the return?",
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
    ],
)
def test_only_a_sentence_that_states_it_answers(question: str, states: str, else_: str) -> None:
    fact = fact_of(question, detect_language(question))
    assert fact is not None
    said = [fact.stated_by(RankedSentence(1, text, 0, len(text), 1.0)) for text in (states, else_)]
    assert said == [True, False]


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
    generation = await asked(owner, "Where are you?")
    assert generation.outcome == Outcome.ANSWERED
    assert BOOK not in runtime.calls[0]["grammar"]
    assert "[hello]" not in runtime.calls[0]["grammar"]


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
    generation = await asked(owner, question)
    assert generation.outcome == Outcome.SMALLTALK
    assert texts["description" if question.isascii() else "description_zh"] in generation.answer.text
    assert runtime.calls == []

    about = "Lanternfield is a maker of lamps."
    search.of, runtime.pieces = {"about us": (passage(about),), "公司简介": (passage(about),)}, ["[1]", f" {about}"]
    assert (await asked(owner, question)).outcome == Outcome.ANSWERED
