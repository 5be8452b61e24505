"""What speaks of another thing than the one that is asked for is not said, however sure the search is."""

from dataclasses import replace

import pytest

from apps.chat.generation.finding.searching import searched
from apps.chat.generation.quoting.another import is_of_another
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ...fakes import FakeSearch, passage
from ..asking.test_greetings import brief


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
        ("E45", "Error E21 means that it is too cold.", True),
        ("How long does the C60 last?", "The C40 lasts for 20 years.", True),
        ("屏幕显示E45怎么办？", "E21 表示太冷。", True),
        ("What does error E45 mean?", "Codes E40 to E49 mean that the battery is low.", False),
        ("What does error E45 mean?", "Codes E40–49 mean that the battery is low.", False),
        ("What does error E45 mean?", "Codes between E40 and E49 mean that it is low.", False),
        ("What does error E45 mean?", "Codes E4x mean that the battery is low.", False),
        ("What does error E45 mean?", "Error E20 to E29 mean that the battery is low.", True),
        ("What does error E45 mean?", "Errors E20 and E60 mean that the battery is low.", True),
        ("What does error E45 mean?", "E21 on the display means that it is too cold.", True),
        ("E45是什么故障？", "E40至E49表示电池电量不足。", False),
        ("E45是什么故障？", "E40 以上表示电池电量不足。", False),
        ("E45是什么故障？", "E20至E29表示电池电量不足。", True),
        ("My order PO-1234 arrived broken, what do I do?", "Send us a photo of order PO-2024.", False),
        ("Where is PO-1234?", "Tell us its number, such as PO-2024.", False),
        ("My item PO-1234 arrived broken.", "Tell us its number, e.g. PO-2024.", False),
        ("我的订单LF20931到货时坏了怎么办？", "请在14天内提供LF10234和照片。", False),
        ("LF20931什么时候到？", "请提供单号（如LF10234）和照片。", False),
        ("Can I print on A5?", "The printer takes A4 and B5.", False),
        ("Is A5 possible?", "The printer takes A4 and B5.", False),
        ("Does it run with RTX4090?", "It needs an RTX3060.", False),
        ("Is RTX4090 enough?", "It needs an RTX3060 or better.", False),
        ("Does the X9 fit?", "It fits the X3 and later.", False),
        ("Do you have QL-999?", "Article: QL-410; Stock: 3", True),
        ("Do you have M8 screws?", "There are screws of M4.", False),
        ("Does M8 fit?", "It comes with screws for M4, M5 and M6.", False),
        ("Is WiFi6 supported?", "The router has WiFi5.", False),
        ("RTX4090够用吗？", "需要RTX3060或更高。", False),
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
        ("How do I get my money back?", "Membership costs 45 euros a year.", True),
        ("Is the ticket refundable?", "The ticket costs 45 euros.", True),
        ("How much is the refundable deposit?", "The deposit is ¥200.", False),
        ("Where do I buy a refundable ticket?", "The Flex ticket costs ¥399.", False),
        ("可退款的票多少钱？", "灵活票399元。", False),
        ("在哪里买可退款的票？", "灵活票399元。", False),
        ("How big is the refund for a lost parcel?", "For a lost parcel it is 50 euros.", False),
        ("Do I get a refund for a lost parcel?", "For a lost parcel we pay you 50 euros.", False),
        ("快递丢了能退钱吗？", "快递丢失的，每件赔偿50元。", False),
        ("Do I get my money back if the price drops?", "We credit the difference, from $1 on.", False),
        ("降价了退款吗？", "7天内降价，补差价，最低1元起。", False),
        ("Can I get a refund for the taxi?", "The company covers 30 euros a trip.", False),
        ("Can I get a refund?", "We exchange it free of charge.", False),
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
