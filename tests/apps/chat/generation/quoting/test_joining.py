"""What is said beside the best sentence adds to it, and nothing points back to what is not there."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from apps.chat.generation.plan import plan_for
from apps.chat.generation.quoting.candidates import candidates, in_reading_order, worth_saying
from apps.chat.generation.quoting.joining import limits, points_back
from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ...fakes import passage
from ..asking.test_greetings import brief

BOOK = "A book can be renewed three times."
LOAN = "Interlibrary loans come from other towns."
THAT_WAY = "Borrowed that way, books are not renewed."


def found(*passages: RankedPassage, sure: float = 0.9) -> Retrieval:
    return Retrieval("How often can a book be renewed?", "en", passages, sure)


def scored(one: RankedPassage, scores: Iterable[float], chance: float | None = None) -> RankedPassage:
    ranked = zip(one.sentences, scores, strict=True)
    return replace(one, sentences=tuple(replace(each, score=score, chance=chance) for each, score in ranked))


def said(retrieval: Retrieval) -> list[str]:
    chosen = in_reading_order(candidates(retrieval))
    return [one.text for one in chosen[: min(2, worth_saying(chosen))]]


@pytest.mark.parametrize(
    "text",
    [
        "It costs €4.", "Borrowed that way, books are not renewed.", "In that case the portal's terms apply.",
        "After that we keep the deposit.", "During them no cars may be moved.", "For that reason we ask for it.",
        "此间到期的图书自动延期。", "之后定金不退。", "这种情况适用平台的条款。", "其他请看说明。",
        "It is used to open the door.", "Those are sold at the desk.", "Both are free.",
        "He signs.", "其余免费。", "其价格不变。", "这家周一休息。",
    ],
)  # fmt: skip
def test_a_sentence_that_only_those_before_explain_points_back(text: str) -> None:
    assert points_back(text, "en" if text.isascii() or "€" in text else "zh")


@pytest.mark.parametrize(
    "text",
    [
        "In these rooms smoking is forbidden.", "Please note that dogs are kept on a lead.", "Items are kept here.",
        "Under the roof there is a stove.", "他人代办须出示证件。", "此外，周一闭馆。", "每周一闭馆。",
        "It is forbidden to smoke in the rooms.", "It is not allowed to park here.",
        "Those who are members pay 5 euros.",
        "It is possible that trains are late.", "Those with a card pay less.", "Both adults and children may join.",
        "Both the pool and the sauna are closed.", "He or she who rents signs.", "其他地区运费为15元。",
        "其余商品不参加活动。", "这家店周一休息。", "其他宠物请留在馆外。",
    ],
)  # fmt: skip
def test_a_sentence_that_names_what_it_is_about_does_not(text: str) -> None:
    assert not points_back(text, "en" if text.isascii() else "zh")


def test_what_points_back_to_another_passage_is_not_said_beside_the_best_one() -> None:
    other = scored(passage(LOAN, THAT_WAY, rank=2), (-9.0, 0.5))
    assert said(found(scored(passage(BOOK), (1.0,)), other)) == [BOOK]
    assert said(found(scored(passage(LOAN, THAT_WAY), (1.0, 0.5)))) == [LOAN, THAT_WAY], "it says what of"


def test_the_best_sentence_brings_what_it_points_back_to() -> None:
    whole = passage(LOAN, THAT_WAY)
    loan, way = whole.sentences
    whole = replace(whole, sentences=(replace(loan, rank=2, score=-9.0), replace(way, rank=1)))
    assert said(found(whole)) == [LOAN, THAT_WAY]


@pytest.mark.parametrize(
    ("first", "second", "many"), [(0.9, 0.4, 1), (0.9, 0.85, 2), (0.4, 0.1, 2), (None, None, 2)]
)
def test_beside_what_is_surely_right_another_section_has_to_be_sure_as_well(
    first: float | None, second: float | None, many: int
) -> None:
    best = scored(passage(BOOK), (1.0,), first)
    other = replace(scored(passage(LOAN, rank=2), (0.5,), second), heading="Shop › Loans")
    assert len(said(found(best, other))) == many


def test_what_adds_nothing_does_not_contend_with_the_best_sentence() -> None:
    """An unsure search answers where its best sentence stands out."""
    best = scored(passage(BOOK), (1.0,), 0.9)
    other = replace(scored(passage(LOAN, rank=2), (0.9,), 0.1), heading="Shop › Loans")
    plan = plan_for(brief("How often can a book be renewed?"), found(best, other, sure=0.4))
    assert best in plan.passages


@pytest.mark.parametrize(("heading", "both"), [("Bus › May I drink beer on board?", True), ("Bus › Beer", False)])
def test_the_short_answer_to_a_question_is_told_whole(heading: str, both: bool) -> None:
    answer = ("You may eat and drink your own food.", "Alcohol is not allowed after 21:00.")
    pair = replace(passage(*answer), heading=heading)
    first, second = pair.sentences
    pair = replace(pair, sentences=(replace(first, score=5.0), replace(second, score=-9.0)))
    found = candidates(Retrieval("Can I have a beer?", "en", (pair,), 0.9))
    assert (worth_saying(found) == 2) == both


@pytest.mark.parametrize(
    ("of", "text"),
    [
        ("If it vomits within 20 minutes, give it again.", "If it vomits later than that, do not repeat the dose."),
        ("Parcels up to 5 kg go by post.", "Where they are heavier than that, we send a van."),
        ("If the light is green, press start.", "Otherwise, wait for a minute."),
        ("Cancel within a day and pay nothing.", "After that, do not expect any money back."),
        ("20分钟内呕吐，请再喂一次。", "如果超过20分钟，请不要补喂。"),
        ("服药后20分钟内呕吐的，再喂一次。", "如果呕吐时间更晚，不要补喂。"),
        ("如果包装完好，请签收。", "否则请当场拒收。"),
    ],
)  # fmt: skip
def test_what_limits_a_case_is_said_with_it_whichever_of_both_is_the_better(of: str, text: str) -> None:
    other = "Tablets may be hidden in cheese." if of.isascii() else "药片可以藏在奶酪里。"
    home = replace(passage(of, text, other), language="en" if of.isascii() else "zh")
    for scores in ((1.0, -9.0, 0.9), (-9.0, 1.0, 0.9)):
        ranks = (1, 3, 2) if scores[0] > 0 else (3, 1, 2)
        ranked = zip(scored(home, scores).sentences, ranks, strict=True)
        told = replace(home, sentences=tuple(replace(each, rank=rank) for each, rank in ranked))
        assert f"{of} {text}" in said(found(told))


@pytest.mark.parametrize(
    ("of", "text"),
    [
        ("If the alarm sounds, leave the house.", "If you see smoke, ring us."),
        ("The shop opens at nine.", "Otherwise, ring us."),
        ("Pay within 14 days.", "After that we send you the keys."),
        ("如果下雨，活动改期。", "如果需要轮椅，请提前告诉我们。"),
        ("门店九点营业。", "超过20人的团队请预约。"),
        ("这座桥一百年前建成。", "超过20人的团队请预约。"),
    ],
)  # fmt: skip
def test_another_case_does_not_limit_the_one_before(of: str, text: str) -> None:
    assert not limits(text, of, "en" if of.isascii() else "zh")
