"""What is asked of the assistant itself is granted by it, not searched for."""

import pytest

from apps.chat.generation.asking.wishes import wish_of
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Outcome
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.language import detect_language

from ...fakes import FakeRuntime, FakeSearch, events, said, send


@pytest.mark.parametrize(
    "text",
    [
        "agent",
        "Talk to a human!",
        "Can I speak to someone, please?",
        "connect me to a real person",
        "Is there somebody I can talk to?",
        "人工",
        "转人工客服",
        "我要找真人客服",
        "能不能帮我转人工服务？",
        "How do I talk to a human?",
        "怎么联系人工客服",
        "I want to complain, let me talk to a human",
        "My lamp broke twice already and I want to speak to someone",
        "this is ridiculous, get me a real person",
        "Can I talk to an agent about my refund?",
        "我要投诉，找人工",
        "我要投诉找人工",
        "灯坏了两次了，我想和真人说",
        "我想问一下退款的事，能不能找个人工",
        "别再自动回复了！转人工",
        "My lamp broke, I want a human",
        "人工客服人员",
        "灯坏了，我要人工客服",
    ],
)
def test_who_asks_for_a_person_is_understood(text: str) -> None:
    assert wish_of(text, detect_language(text)) == "person"


@pytest.mark.parametrize(
    "text", ["Help", "help me please", "What can you do?", "帮助", "你能做什么？", "可以问你什么"]
)
def test_who_asks_what_the_assistant_can_do_is_understood(text: str) -> None:
    assert wish_of(text, detect_language(text)) == "help"


@pytest.mark.parametrize(
    "text",
    [
        "How many people can use one account?",
        "Can a person return a lamp?",
        "Help me return a lamp",
        "Is an agent in the shop on Sunday?",
        "Can a colleague pick up my parcel for me, and can someone else sign?",
        "How do I transfer points to another person",
        "I do not want to talk to a human",
        "Don't connect me to an agent, just tell me the price",
        "人工费多少钱",
        "不要转人工",
        "转人工要等多久",
        "找人工安装，要多少钱",
        "人工客服几点上班",
        "帮我查一下订单",
        "Am I talking to a bot or a human?",
        "Is this a bot or a human?",
        "Is the translation done by AI or human?",
        "Is it done by AI, or a human?",
        "Do I need an agent, or can I file it myself?",
        "Are you a human?",
        "Is it a robot? A person?",
        "你是机器人还是人工",
        "是AI翻译的，还是人工？",
        "安装要多久，要人工吗？",
        "转" * 4000,
    ],
)
def test_a_question_that_only_mentions_a_person_or_help_is_searched(text: str) -> None:
    assert wish_of(text, detect_language(text)) is None


async def answered(owner: Actor, text: str) -> tuple[Generation, list[dict]]:
    sent = await in_database(send, owner, text)
    await generation_run(sent.generation.pk)
    row = await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)
    return row, await in_database(events, row.pk)


@pytest.mark.asyncio
async def test_where_a_person_can_be_reached_one_is_offered_and_stays_offered_after_a_reload(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await in_database(lambda: Assistant.objects.update(handover=True))
    generation, log = await answered(owner, "Talk to a human")
    assert generation.outcome == Outcome.SMALLTALK
    assert {"kind": "person"} in log and generation.answer.notes == [{"kind": "person"}]
    assert (search.asked, runtime.calls) == ([], [])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hours", "question", "ends"),
    [
        ({"en": "From 9 to 17.", "zh": "9 点到 17 点在线。"}, "Talk to a human", "person here. From 9 to 17."),
        ({"en": "From 9 to 17.", "zh": "9 点到 17 点在线。"}, "转人工", "人工客服。9 点到 17 点在线。"),
        ({"en": "From 9 to 17."}, "转人工", "人工客服。From 9 to 17."),
    ],
)
async def test_who_asks_for_a_person_hears_when_one_is_there(
    assistant: Assistant,
    owner: Actor,
    runtime: FakeRuntime,
    search: FakeSearch,
    hours: dict[str, str],
    question: str,
    ends: str,
) -> None:
    texts = {language: {"hours": said} for language, said in hours.items()}
    await in_database(lambda: Assistant.objects.update(handover=True, texts=texts))
    generation, _log = await answered(owner, question)
    assert generation.answer.text.endswith(ends)


@pytest.mark.asyncio
async def test_where_nobody_can_be_reached_the_documents_are_searched(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    generation, _log = await answered(owner, "Talk to a human")
    assert (generation.answer.notes, search.asked) == ([], ["Talk to a human"])


@pytest.mark.asyncio
async def test_who_asks_for_help_hears_what_the_assistant_is_for_and_what_to_ask(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    texts = {
        "description": "Orders and returns.",
        "starters": ["When is shipping free?"],
        "starters_zh": ["满多少包邮？"],
    }
    await in_database(lambda: Assistant.objects.update(**texts))
    _generation, log = await answered(owner, "help")
    assert "Orders and returns." in said(log) and "- When is shipping free?" in said(log)
    _generation, log = await answered(owner, "帮助")
    assert "客服" in said(log) and "- 满多少包邮？" in said(log)
    assert (search.asked, runtime.calls) == ([], [])
