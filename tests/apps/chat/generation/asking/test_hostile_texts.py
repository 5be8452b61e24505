"""What a stranger writes is read in time, however it is put together: one text must not hold up all others."""

import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.chat.generation.asking import (
    coded,
    elsewhere,
    facts,
    followup,
    greetings,
    sameness,
    several,
    smalltalk,
    vague,
    wishes,
)
from apps.chat.generation.asking.coded import wanted_of_code
from apps.chat.generation.asking.facts import fact_of
from apps.chat.generation.asking.followup import context_of, hangs
from apps.chat.generation.asking.greetings import greeting_of
from apps.chat.generation.asking.sameness import group_key, normal_form
from apps.chat.generation.asking.several import asked_among
from apps.chat.generation.asking.smalltalk import may_be_small_talk
from apps.chat.generation.asking.wishes import wish_of
from apps.chat.generation.glossary import terms_in
from apps.chat.generation.quoting import prices, ranged_rows
from apps.chat.generation.quoting.prices import counts, names_price
from apps.chat.generation.tutoring.cloze import Gap, gap_for
from apps.chat.generation.tutoring.judging import judged
from apps.chat.models import Generation, Message
from apps.chat.word.quotes import quotes
from apps.core.amounts import counted, numbers, patterns, ranges, units
from apps.core.amounts.ranges import ranges_in
from apps.core.codes import codes_of
from apps.core.language import detect_language
from apps.core.markdown import markdown_html
from apps.knowledge.retrieval.types import RankedSentence

MOST = 4000  # characters of a message
SENTENCE = "The lamp turns itself off after 7 hours, which is what most people want of a lamp in the night."
TERMS = [(f"lamp {number}", f"台灯{number}号") for number in range(600)]
# Each is as many as fit of the first, once more with an end that no pattern knows, and in clauses of eighty.
UNITS = [
    "人工客服", "客服人员", "转", "我要", "能不能帮我", "投诉找人工", "吗", "谢谢", "你好", "几天", "台灯7号",
    "to ", "talk to a ", "human ", "please ", "help me ", "what can i ask ", "about ", "it ", "lamp 7s ",
    "i think ", "two thousand ", "3/4 of an ", "万五", "10-", "1.", "1 ", "a", "a-", "a1-", "'", "ﷺ", " ", "....",
]  # fmt: skip


def texts(unit: str) -> Iterator[str]:
    whole = (unit * MOST)[: MOST - 1]
    yield whole
    yield f"{whole}§"
    clause = f"想{(unit * 80)[:77]}x，"
    yield (clause * MOST)[:MOST]
    yield (f"{clause[:-1]}, " * MOST)[:MOST]


# What a pattern is made of: letters that stand together, and each letter alone.
SYNTAX = re.compile(r"\(\?(?:P<\w+>|<?[:!=])|\\\w|[\[\]()|?+*{}^$.,\\]")


def patterns_in(*held: Any) -> Iterator[re.Pattern[str]]:
    """Those that a module holds, however deep in its tables."""
    for one in held:
        match one:
            case re.Pattern():
                yield one
            case dict():
                yield from patterns_in(*one.values())
            case list() | tuple():
                yield from patterns_in(*one)
            case facts.Fact():
                yield from patterns_in(one.asks, one.states)


RULES = {
    f"{module.__name__.rpartition('.')[2]}-{number}": pattern
    for module in (
        *(coded, elsewhere, facts, followup, greetings, prices, sameness, several, smalltalk, vague, wishes),
        *(patterns, counted, numbers, ranged_rows, ranges, units),
    )
    for number, pattern in enumerate(dict.fromkeys(patterns_in(*vars(module).values())))
}


READERS: list[Callable[[str, Any], Any]] = [
    wish_of,
    greeting_of,
    fact_of,
    normal_form,
    group_key,
    hangs,
    asked_among,
    lambda text, language: context_of("and it?", [text, text], language),
    lambda text, _language: may_be_small_talk(text),
    lambda text, _language: codes_of(text),
    lambda text, _language: ranges_in(text),
    lambda text, _language: wanted_of_code(text),
    lambda text, language: terms_in(text, TERMS, language),
    lambda text, language: judged(text[:160], Gap(SENTENCE, "lamp"), language),
    lambda text, language: judged(text[:160], Gap(SENTENCE, "7"), language),
    lambda text, language: gap_for([SENTENCE], text, language),
]


class HeldUp(BaseException):
    """Past every `except`."""


@pytest.fixture
def in_time() -> Iterator[None]:
    """Ends what goes on for seconds of this process's own work, whatever else the machine does. It should take
    hundredths; what is not linear takes minutes.
    """

    def stop(*_: object) -> None:
        raise HeldUp

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 5)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("rule", RULES)
def test_no_alternative_of_a_rule_said_over_and_over_holds_it_up(rule: str) -> None:
    """Within the length at which the rules are asked: what is longer they do not look at."""
    alternatives = {one for one in SYNTAX.split(RULES[rule].pattern) if one and one.strip()}
    letters = {letter for one in alternatives for letter in one if letter > "z"}
    for unit in alternatives | letters:
        for said in (unit, f"{unit} "):
            text = (said * sameness.LONGEST)[: sameness.LONGEST - 1]
            for whole in (text, f"{text}§", f"{text[:-1]} x"):
                RULES[rule].fullmatch(whole)
                RULES[rule].search(whole)


def test_the_rules_for_whole_messages_read_what_is_as_long_as_they_look_at() -> None:
    assert greeting_of("hi " * (sameness.LONGEST // 3), "en") == "hello"
    assert greeting_of("嗯" * sameness.LONGEST, "zh") == "thanks"
    assert greeting_of("嗯" * (sameness.LONGEST + 1), "zh") is None
    assert fact_of("where are you" + "?" * (sameness.LONGEST - 13), "en") is not None


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("unit", UNITS)
def test_no_message_holds_up_who_reads_it(unit: str) -> None:
    for text in texts(unit):
        for read in READERS:
            read(text, detect_language(text))


@pytest.mark.usefixtures("in_time")
def test_fifty_clauses_that_nearly_want_a_person_are_read_in_time() -> None:
    text = "，".join(["想" + "人工客服" * 19 + "x"] * 50)
    assert len(text) < MOST and wish_of(text, "zh") is None


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    "text",
    ["a" + " " * 200_000 + "b", *(unit * MOST for unit in ("[", "**a", "`", "$a", "$ ", r"\(", r"\[a"))],
    ids=lambda text: text[:4],
)
def test_an_answer_is_marked_up_in_time(text: str) -> None:
    assert markdown_html(text)


DOCUMENTS = ["灯", "灯 9 ", "lamp ", "lamps9", "C40 ", "c40，", "a1-", "aa-", "1,", "价格: ", "b: c; ", "(", "¥"]


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("unit", DOCUMENTS)
def test_no_text_of_a_document_holds_up_who_looks_for_a_price(unit: str) -> None:
    """Sentences are cut where they are long; headings and titles are not."""
    text = (unit * MOST)[:MOST]
    for of in ("灯", "lamp", "C40"):
        for row in (text, f"名称: {text}; 价格: 9", f"Name: {text}; Price: 9"):
            sentence = RankedSentence(1, row, 0, len(row), 1.0)
            for fits in (prices.prices(of), prices.row_prices(of), prices.holds(of), names_price, counts):
                fits(sentence)
        prices.articles_called([unit * 50_000, f"{unit * 10_000} › 灯"], of)
    codes_of(unit * 50_000)


@pytest.mark.usefixtures("in_time")
def test_what_an_answer_quotes_is_found_in_time() -> None:
    many = 3 * MOST
    passage = "a " * many + "b. " + "a. " * many
    found = Generation(retrieval={"passages": [{"passage": "1", "text": passage}]})
    for excerpt in ("a " * many + "c.", "b."):
        message = Message(text=f"{'a. ' * many}x [1]\n{'a. ' * many} [1]" + f"{'a ' * many} [1]")
        message.generation = found
        assert quotes(message, {"number": 1, "passage": "1", "excerpt": excerpt})
