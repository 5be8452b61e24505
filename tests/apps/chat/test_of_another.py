"""What speaks of another thing than the one that is asked for is not said, however sure the search is."""

from dataclasses import replace

import pytest

from apps.chat.generation.another import is_of_another
from apps.chat.generation.searching import searched
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from .fakes import FakeSearch, passage
from .test_greetings import brief


def found(*passages: RankedPassage) -> Retrieval:
    return Retrieval("?", "en", passages, 0.99)


@pytest.mark.parametrize(
    ("question", "text", "another"),
    [
        ("What does error E45 mean?", "Error E21 means that it is too cold.", True),
        ("What does error E21 mean?", "Error E21 means that it is too cold.", False),
        ("QL-999 有货吗", "货号: QL-410; 库存: 3", True),
        ("代码W99是什么", "代码 W01 表示缺水。", True),
        ("Is there a difference between E21 and E45?", "Error E21 means that it is too cold.", False),
        ("Is my K1-2503-1200 recalled?", "We recall K1 from K1-2503-0001 to K1-2503-4800.", False),
        ("Does it play PS5 games?", "It plays games of all consoles.", False),
        ("Is it proof to IP67?", "It is protected to IP54.", False),
        ("What does the error mean?", "Error E21 means that it is too cold.", False),
    ],
)
def test_a_code_that_stands_nowhere_is_no_other_one_of_its_kind(question: str, text: str, another: bool) -> None:
    assert is_of_another(question, found(passage(text))) is another


def test_a_code_that_stands_elsewhere_in_what_was_found_is_known() -> None:
    codes = passage("Error E21 means that it is too cold.", title="Codes")
    more = replace(passage("It is repaired for free.", rank=2), heading="E45")
    assert not is_of_another("What does error E45 mean?", found(codes, more))


@pytest.mark.parametrize(
    ("question", "text", "another"),
    [
        ("会员可以退费吗？", "会员年费一百九十八元，可在店内办理。", True),
        ("Can I get a refund for my membership?", "Membership costs 45 euros a year.", True),
        ("月卡可以退吗？", "月卡三百元一个月。", True),
        ("Can I get my membership fee back?", "Membership costs 45 euros a year.", True),
        ("礼品卡可以退吗", "礼品卡购买后 14 天内可以退款。", False),
        ("会员可以退费吗？", "会员年费一百九十八元，不退费。", False),
        ("押金能退钱吗", "还车后押金三百元原路返还。", False),
        ("Can I get a refund?", "You can cancel within 7 days; after that it costs 20 euros.", False),
        ("会员多少钱", "会员年费一百九十八元，可在店内办理。", False),
        ("退款多久到账", "一般三个工作日。", False),
    ],
)
def test_who_wants_money_back_is_told_no_price(question: str, text: str, another: bool) -> None:
    said = replace(passage(text, title="Club"), heading="Membership")
    assert is_of_another(question, found(said)) is another


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("more", "apart"),
    [({}, "no"), ({"emergency": "Call."}, ""), ({"verbatim": False}, ""), ({"context": "oven"}, "no")],
)
async def test_it_is_declined_unless_a_model_judges_or_it_is_urgent(
    search: FakeSearch, more: dict, apart: str
) -> None:
    search.passages, search.confidence = (passage("Error E21 means that it is too cold."),), 0.99
    assert (await searched(replace(brief("What does error E45 mean?"), **more))).apart == apart


@pytest.mark.asyncio
async def test_the_other_language_is_asked_for_a_code_and_only_believed_where_it_has_it(search: FakeSearch) -> None:
    question = "代码E45是什么意思？"
    assert detect_language(question) == "zh"
    search.passages, search.confidence = (passage("代码 E21 表示太冷。"),), 0.99
    search.abroad, search.abroad_sure = (passage("Error E30 means that it is too hot."),), 0.95
    assert (await searched(brief(question))).apart == "no"
    search.abroad = (passage("Error E45 means that it is wet."),)
    assert (await searched(brief(question))).found.passages == search.abroad
