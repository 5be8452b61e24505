"""Only what is only a greeting is met as one, and then whatever the search found."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from apps.chat.generation.asking.greetings import Greeting, greeting_of
from apps.chat.generation.brief import Brief
from apps.chat.generation.finding.searching import searched
from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.plan import plan_for
from apps.core.language import detect_language

from ...fakes import ONE, FakeSearch, passage


def brief(question: str, collections: tuple[UUID, ...] = (), **more: Any) -> Brief:
    language = detect_language(question)
    phrases = phrases_for(language, name="Service", overrides={})
    target: Any = None
    return Brief(question, language, "Service", collections, True, 0.2, 2, 2, phrases, target, **more)


async def offered(asked: Brief) -> str:
    """What a model may say."""
    found = await searched(asked)
    return plan_for(found.brief, found.found, found.apart).grammar or ""


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("Hello!", "hello"),
        ("hi there", "hello"),
        ("Good morning", "hello"),
        ("How are you?", "hello"),
        ("Thanks a lot!", "thanks"),
        ("OK, thank you for your help", "thanks"),
        ("OK", "thanks"),
        ("See you later", "bye"),
        ("Who are you?", "who"),
        ("What's your name?", "who"),
        ("Are you a robot or a human?", "who"),
        ("Hi, who are you?", "who"),
        ("Good morning, thanks for your help", "thanks"),
        ("你好", "hello"),
        ("你好呀", "hello"),
        ("早上好", "hello"),
        ("在吗", "hello"),
        ("谢谢", "thanks"),
        ("多谢你的帮助", "thanks"),
        ("好的，明白了", "thanks"),
        ("再见", "bye"),
        ("你是谁？", "who"),
        ("你叫什么名字", "who"),
        ("你是真人吗", "who"),
        ("你好，请问你是谁？", "who"),
    ],
)
def test_a_greeting_is_known_by_the_whole_of_it(text: str, greeting: Greeting) -> None:
    assert greeting_of(text, detect_language(text)) == greeting


@pytest.mark.parametrize(
    "text",
    [
        "Hello, how do I return a lamp?",
        "Thanks, and when is it delivered?",
        "Who are you with?",
        "Where are you?",
        "What is this?",
        "What is your address?",
        "How are you open on Sundays?",
        "你好，怎么退货",
        "谢谢，那要多久",
        "你们是谁",
        "你们在哪里",
        "你叫什么快递",
        "可以吗",
        "no",
        "Yes",
        "nothing",
        "是",
        "对",
        "可以",
        "麻烦",
        "辛苦",
    ],
)
def test_what_says_more_than_a_greeting_is_none(text: str) -> None:
    assert greeting_of(text, detect_language(text)) is None


@pytest.mark.asyncio
@pytest.mark.parametrize(("question", "word"), [("Goodbye", "bye"), ("再见", "bye"), ("早上好", "hello")])
@pytest.mark.parametrize("brought", [False, True])
async def test_a_greeting_is_returned_however_sure_the_search_is(
    search: FakeSearch, question: str, word: str, brought: bool
) -> None:
    grammar = await offered(brief(question, brought=brought))
    assert [one for one in brief(question).phrases if f"[{one}]" in grammar] == [word]
    assert ONE not in grammar


@pytest.mark.asyncio
async def test_a_question_of_the_documents_own_is_no_greeting(search: FakeSearch) -> None:
    search.passages = (replace(passage(ONE), heading="Service › Are you a robot?"),)
    assert ONE in await offered(brief("Are you a robot?"))
    search.confidence = 0.01  # nothing could be quoted from there
    assert "[who]" in await offered(brief("Are you a robot?"))


@pytest.mark.asyncio
async def test_in_an_emergency_what_was_found_is_said_and_not_a_greeting(search: FakeSearch) -> None:
    assert ONE in await offered(brief("Goodbye", emergency="Call."))
