"""What a command is wanted for is told from the words that ask for one, and searched for without them."""

import pytest

from apps.chat.generation.asking.coded import wanted_of_code
from apps.chat.generation.finding.searching import searched

from ...fakes import FakeSearch
from ..quoting.test_code_answers import INSTALL, NEEDS, OPEN, passage
from .test_greetings import brief


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("install command", "install"),
        ("wipe all settings via command line", "wipe all settings"),
        ("What does gateway.toml look like?", "gateway.toml ?"),
        ("which command shows the logs", "shows the logs"),
        ("Show me a sample config file", "config file"),
        ("备份命令是什么", "备份"),
        ("升级用什么命令", "升级"),
        ("用命令行备份数据", "备份数据"),
        ("什么命令可以备份", "可以备份"),
        ("how do I restart it from the terminal?", "how do I restart it ?"),
        ("How do I install it?", ""),
        ("怎么  办", ""),
        ("样例间怎么走", ""),
        ("shell 示例商品怎么退", ""),
        ("命令行工具怎么卖", ""),
        ("I need a terminal block, how do I order", ""),
        ("how do I hang command strips", ""),
        ("show me how to install it", ""),
        ("give me an example", ""),
    ],
)
def test_what_a_command_is_wanted_for_is_told_from_the_words_that_ask_for_one(question: str, wanted: str) -> None:
    assert wanted_of_code(question) == wanted


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "confidences", "said"),
    [
        ("install command", (0.1, 0.6), INSTALL),
        ("install command", (0.55, 0.6), NEEDS),
        ("install command", (0.1, 0.05), NEEDS),
        ("open command", (0.1, 0.6), NEEDS),
    ],
    ids=["unsure", "sure enough", "no likelier", "no code there"],
)
async def test_a_command_is_also_looked_for_without_the_word_command(
    search: FakeSearch, question: str, confidences: tuple[float, float], said: str
) -> None:
    search.confidences = {question: confidences[0], question.split(maxsplit=1)[0]: confidences[1]}
    search.of = {"command": (passage(NEEDS),), "install": (passage(INSTALL),), "open": (passage(OPEN),)}
    found = (await searched(brief(question))).found
    assert found.passages[0].text == said
    assert found.question == question


@pytest.mark.asyncio
async def test_where_no_command_is_found_the_rules_for_other_questions_hold(search: FakeSearch) -> None:
    search.passages, search.confidence = (passage("We have samples of all lamps."),), 0.3
    assert (await searched(brief("How much is the sample?"))).back == "price_of"


@pytest.mark.asyncio
@pytest.mark.parametrize("question", ["怎么办", "怎么弄", "How do I do it?"])
async def test_who_asks_how_without_saying_what_is_asked_back(search: FakeSearch, question: str) -> None:
    search.confidence = 0.1
    assert (await searched(brief(question))).back == "subject"
