"""What the model may say: the surer the search, the less is left to a small model's own judgement."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.generation.brief import Brief
from apps.chat.generation.plan import plan_for
from apps.chat.generation.quoting.candidates import candidates, worth_saying
from apps.knowledge.retrieval.types import Retrieval

from ..fakes import ONE, THREE, TWO, passage

PHRASES = {"no": "I found nothing.", "hello": "Hello."}


def offered(confidence: float, missing: float = 0.0, emergency: str = "", question: str = "How long?") -> set[str]:
    """The phrases that the grammar lets through beside the sentences."""
    target: Any = None
    brief = Brief(question, "en", "Service", (), True, 0.2, 2, 2, PHRASES, target, emergency=emergency)
    found = Retrieval(question, "en", (passage(ONE, TWO),), confidence, missing=missing)
    grammar = plan_for(brief, found).grammar or ""
    return {word for word in PHRASES if f"[{word}]" in grammar}


@pytest.mark.parametrize(("confidence", "phrases"), [(0.1, {"no", "hello"}), (0.4, set()), (0.9, set())])
def test_a_search_that_found_something_is_overruled_neither_by_small_talk_nor_by_a_small_model(
    confidence: float, phrases: set[str]
) -> None:
    assert offered(confidence, question="Are you happy?") == phrases


@pytest.mark.parametrize(
    ("confidence", "below", "answers"), [(0.4, 0.7, False), (0.4, 0.8, True), (0.6, 0.7, True)]
)
def test_of_many_alike_an_unsure_search_says_none(confidence: float, below: float, answers: bool) -> None:
    target: Any = None
    brief = Brief("How long?", "en", "Service", (), True, 0.2, 2, 2, PHRASES, target)
    whole = passage(ONE, TWO, THREE)
    first, second, third = whole.sentences
    alike = replace(whole, sentences=(first, second, replace(third, score=first.score - below)))
    grammar = plan_for(brief, Retrieval("How long?", "en", (alike,), confidence)).grammar or ""
    assert (ONE in grammar, "[no]" in grammar) == (answers, not answers)


@pytest.mark.parametrize(("score", "said"), [(0.5, 2), (-7.5, 1)])
def test_a_second_sentence_that_is_far_less_likely_is_not_said(score: float, said: int) -> None:
    target: Any = None
    brief = Brief("How long?", "en", "Service", (), True, 0.2, 2, 2, PHRASES, target)
    both = passage(TWO, ONE)
    second, first = both.sentences
    ranked = (replace(second, rank=2, score=score), replace(first, rank=1))
    plan = plan_for(brief, Retrieval("How long?", "en", (replace(both, sentences=ranked),), 0.9))
    grammar = plan.grammar or ""
    begins = grammar.split("start: ")[1].splitlines()[0]
    assert f"[1] {TWO if said == 2 else ONE}" in grammar, (
        "two in one passage come in its order, one alone is the best"
    )
    assert begins == f"s1_{said}"


@pytest.mark.parametrize(("fewest", "most"), [(1, 1), (2, 1), (1, 2)])
def test_where_one_may_be_said_alone_the_best_comes_first_wherever_it_stands(fewest: int, most: int) -> None:
    target: Any = None
    brief = Brief("How long?", "en", "Service", (), True, 0.2, fewest, most, PHRASES, target)
    both = passage(TWO, ONE)
    second, best = both.sentences
    ranked = (replace(second, rank=2, score=3.0), replace(best, rank=1, score=5.0))
    plan = plan_for(brief, Retrieval("How long?", "en", (replace(both, sentences=ranked),), 0.4))
    assert f"[1] {ONE}" in (plan.grammar or ""), "it stands out, and is offered as the best"


@pytest.mark.parametrize(
    ("heading", "together", "below", "said"),
    [
        ("Shop › Returns", True, 2.9, 2),
        ("Shop › Returns", True, 3.1, 1),
        ("", True, 7.9, 2),
        ("", True, 8.1, 1),
        ("", False, 3.1, 1),
    ],
)
def test_a_second_sentence_has_to_be_likelier_unless_it_stands_in_the_same_running_text(
    heading: str, together: bool, below: float, said: int
) -> None:
    both, other = replace(passage(ONE, TWO), heading=heading), replace(passage(THREE, rank=2), heading=heading)
    first, second = both.sentences
    passages = (
        (replace(both, sentences=(first, replace(second, score=first.score - below))),)
        if together
        else (
            replace(both, sentences=(first,)),
            replace(other, sentences=(replace(other.sentences[0], score=first.score - below),)),
        )
    )
    found = candidates(Retrieval("How long?", "en", passages, 0.9))
    assert worth_saying(found) == said


@pytest.mark.parametrize(
    ("cause", "next_one", "said"),
    [
        ("Red means that it has no network.", "Please check the cable.", 2),
        ("Red means that it has no network.", "If not, call us.", 2),
        ("Red means that it has no network.", "Blue means an update.", 1),
        ("指示灯闪红色代表连不上网。", "请检查网线。", 2),
        ("指示灯闪红色代表连不上网。", "蓝色代表正在升级。", 1),
        ("Red means that it has no network.", "Please note that prices exclude VAT.", 1),
        ("Red means that it has no network.", "Contact: press@lamps.example", 1),
        ("The red lamp costs 20 euros.", "Try our new app today.", 1),
        ("The red lamp costs 20 euros.", "Please come to our shop.", 1),
        ("指示灯闪红色代表连不上网。", "请参见第三章。", 1),
        ("红色台灯 299 元。", "请关注我们的公众号。", 1),
    ],
)
def test_what_to_do_about_it_is_said_behind_the_cause(cause: str, next_one: str, said: int) -> None:
    whole = passage(cause, next_one)
    language: Any = "zh" if "红" in cause else "en"
    first, second = whole.sentences
    whole = replace(whole, language=language, sentences=(first, replace(second, score=first.score - 7)))
    assert worth_saying(candidates(Retrieval("Red?", language, (whole,), 0.9))) == said


@pytest.mark.parametrize(
    ("heading", "said"),
    [("Lamps › How long may I return it?", 1), ("Returns", 2), ("", 2)],
)
def test_where_the_heading_is_the_question_no_other_passage_is_quoted(heading: str, said: int) -> None:
    target: Any = None
    brief = Brief("How long may I return it", "en", "Service", (), True, 0.2, 2, 2, PHRASES, target)
    first, other = replace(passage(ONE), heading=heading), passage(TWO)
    second = replace(other.sentences[0], rank=2, score=first.sentences[0].score - 1)
    found = Retrieval(brief.question, "en", (first, replace(other, sentences=(second,))), 0.9)
    grammar = plan_for(brief, found).grammar or ""
    assert grammar.split("start: ")[1].splitlines()[0] == f"s1_{said}"


def test_words_that_no_document_knows_may_be_small_talk_whatever_was_found() -> None:
    assert offered(0.6, missing=1.0, question="Are you happy?") == {"no", "hello"}


def test_in_an_emergency_what_was_found_is_said() -> None:
    assert offered(0.3, emergency="Call.") == set()


@pytest.mark.parametrize("question", ["asdfgh", "hjkl qwq", "阿斯蒂芬", "12345", "???"])
def test_letters_without_sense_are_declined_and_never_taken_for_small_talk(question: str) -> None:
    assert offered(0.1, question=question) == offered(0.6, missing=1.0, question=question) == {"no"}


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather on Mars?",
        "tell me a joke about cats",
        "My back hurts since yesterday",
        "refund please",
        "my invoice",
        "what is Bitcoin",
        "where is Mars",
        "Wanda am I",
        "火星上天气怎么样",
        "今天星期几",
        "什么是爱",
        "外面冷不冷",
    ],
)
def test_a_question_about_something_else_is_declined_and_not_greeted(question: str) -> None:
    assert offered(0.1, question=question) == offered(0.6, missing=1.0, question=question) == {"no"}


@pytest.mark.parametrize(
    "question",
    [
        "hi",
        "thx!",
        "Heya",
        "hellooo",
        "I am Wanda",
        "hi Sandra",
        "good morning Sandra",
        "thanks Sandra!",
        "That’s all, bye",
        "great, that helped",
        "谢了",
        "最近怎么样",
        "你会什么",
        "有人吗",
        "在不在呀",
        "嗨",
        "👍",
        "Привет",
    ],
)
def test_who_greets_or_thanks_may_still_be_answered_in_kind(question: str) -> None:
    assert "hello" in offered(0.1, question=question)


MADE_WITH = ["叫什么名字", "怎么称呼", "还在吗", "会聊天吗", "听得懂吗", "谁啊", "是程序吗", "忙不忙", "在干什么呢"]
OTHERS = ["现在还在吗", "该怎么称呼呢", "能聊天吗", "今天心情好吗？", "过得还好吗", "有名字吗"]


@pytest.mark.parametrize("question", [*MADE_WITH, *OTHERS])
def test_who_chats_in_chinese_need_not_say_you(question: str) -> None:
    assert offered(0.1, question=question) == {"no", "hello"}


@pytest.mark.parametrize("question", ["今天怎么开门", "现在几点了", "谁是总统", "机器人怎么充电", "质量怎么样"])
def test_who_asks_for_something_else_in_as_few_chinese_words_is_not_greeted(question: str) -> None:
    assert offered(0.1, question=question) == {"no"}
