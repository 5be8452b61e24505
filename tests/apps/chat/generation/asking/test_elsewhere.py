"""What anybody may be asked is declined where no document speaks of it; what only sounds like it is answered."""

import pytest

from apps.chat.generation.asking.elsewhere import is_elsewhere
from apps.chat.generation.finding.searching import searched
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import ONE, FakeSearch, passage
from .test_greetings import brief, offered

DUST = "清流去除空气里的灰尘。"


@pytest.mark.parametrize(
    ("question", "text", "elsewhere"),
    [
        ("今天天气怎么样", DUST, True),
        ("今天天气怎么样", "日落触发和天气都以此为准。", False),
        ("明天会下雨吗", DUST, True),
        ("帮我写首诗", DUST, True),
        ("讲个笑话", DUST, True),
        ("股票会涨吗", DUST, True),
        ("推荐一部电影", DUST, True),
        ("今天星期几", DUST, True),
        ("现在几点了", DUST, True),
        ("今天几点开门", DUST, False),
        ("What day is it today?", "The lamp is on.", True),
        ("What time is it open?", "The lamp is on.", False),
        ("比特币现在什么价", DUST, True),
        ("比特币现在什么价", "比特币等加密货币均不支持。", False),
        ("Will stocks go up?", "A stock alert is sent by e-mail.", True),
        ("write me a poem about spring", "The lamp is on.", True),
        ("What is the weather like today?", "The lamp is on.", True),
        ("What is the weather like?", "The lamp shows the weather.", False),
        ("recommend some movies", "The movie light is warm.", False),
        ("工作文件怎么上传", DUST, False),
        ("操作文档在哪", DUST, False),
        ("总统计在哪里看", DUST, False),
        ("满足球场标准吗", DUST, False),
        ("大盘面多大", DUST, False),
        ("养老基金怎么交", DUST, False),
        ("户外灯下雨会坏吗", DUST, False),
        ("下雨天送货吗", DUST, False),
        ("Is the lamp in stock?", "Yes.", False),
        ("Who shares my data?", "Yes.", False),
        ("Which shop stocks the lamp?", "Yes.", False),
        ("Does it need a screen protector film?", "Yes.", False),
        ("When is the delivery forecast?", "Yes.", False),
        ("Do you have recipes?", "Each kettle comes with a recipe.", False),
    ],
)
def test_only_a_whole_request_of_which_no_document_speaks_is_one(question: str, text: str, elsewhere: bool) -> None:
    language = detect_language(question)
    assert is_elsewhere(question, language, Retrieval(question, language, (passage(text),), 0.6)) == elsewhere


@pytest.mark.asyncio
async def test_a_poem_is_not_quoted_from_what_only_sounds_near(search: FakeSearch) -> None:
    search.confidence = 0.6
    grammar = await offered(brief("帮我写首诗"))
    assert ONE not in grammar
    assert "[no]" in grammar


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["明天天气怎么样", "今天天气如何", "What is the weather like?"])
async def test_who_asks_for_the_weather_is_not_greeted(search: FakeSearch, question: str) -> None:
    search.confidence, search.unknown = 0.01, {question}
    grammar = await offered(brief(question))
    assert "[no]" in grammar
    assert not any(f"[{greeting}]" in grammar for greeting in ("hello", "thanks", "bye", "who"))


@pytest.mark.asyncio
async def test_where_the_search_is_sure_it_answers(search: FakeSearch) -> None:
    search.confidence = 0.97
    assert ONE in await offered(brief("今天天气怎么样"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("What is the weather like?", {"brought": True}),
        ("What is this?", {"context": "lamp"}),
        ("我在看电影时胸口疼", {"emergency": "Call."}),
        ("Tell me a story", {"emergency": "Call."}),
        ("What is this?", {"brought": True}),
        ("What now?", {"brought": True}),
    ],
)
async def test_no_rule_comes_between_what_was_brought_said_or_is_urgent_and_its_answer(
    search: FakeSearch, question: str, more: dict
) -> None:
    search.confidence, search.confidences[question] = 0.9, 0.6  # surer with what was said before
    found = await searched(brief(question, **more))
    assert (found.back, found.apart) == ("", "")
