"""What is said in numbers about Chinese sentences, and what it is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.retrieval.asking import asked_unit
from apps.knowledge.retrieval.associations import NAMES as ASSOCIATIONS
from apps.knowledge.retrieval.associations import association_features
from apps.knowledge.retrieval.features import NAMES_OF, Asked, Read, sentence_features
from apps.knowledge.retrieval.headings import heading_features
from apps.knowledge.retrieval.runs import common_runs
from apps.knowledge.retrieval.simplified import simplified
from apps.knowledge.retrieval.tokens import question_tokens


def rows(question: str, *sentences: str) -> list[dict[str, float]]:
    asked = Asked(question, dict.fromkeys(question_tokens(question), 1.0))
    found = sentence_features(asked, [Read("", sentences, 1.0, [0.0] * len(sentences))])
    return [dict(zip(NAMES_OF["zh"], row, strict=True)) for row in found]


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("这座塔高多少米？", "塔高 120 米。", "塔建于 1908 年。"),
        ("他是哪一年去世的？", "他于一九三五年离世。", "他死于三月。"),
        ("隊伍裡有幾個人？", "队伍里有十二个人。", "队伍里有三条船。"),
    ],
)
def test_a_number_with_the_very_unit_that_is_asked_for_is_seen(question: str, holds: str, lacks: str) -> None:
    unit = asked_unit(simplified(question))
    assert unit is not None
    assert unit.search(holds)
    assert not unit.search(lacks)


def test_the_unit_counts_only_where_the_question_does_not_say_the_number_itself() -> None:
    known, new = rows("1908年的塔高多少米，是120米吗", "塔高 120 米。", "塔高 98 米。")
    assert (known["unit_held"], new["unit_held"]) == (1.0, 1.0)
    (said,) = rows("塔高120米，是多少米", "塔高120米。")
    assert said["unit_held"] == 0.0


def test_a_word_that_every_sentence_holds_tells_less_than_one_that_a_single_sentence_holds() -> None:
    first, second = rows("灯塔守卫是谁？", "灯塔很高。", "灯塔有守卫张三。")
    assert second["cover_telling"] > first["cover_telling"]
    assert second["cover_best"] == 1.0


def test_a_question_in_traditional_characters_sees_the_same_in_a_simplified_page() -> None:
    assert rows("這盞燈保修幾年？", "这盏灯保修三年。") == rows("这盏灯保修几年？", "这盏灯保修三年。")


@given(st.text("灯塔高ab12", max_size=12), st.text("灯塔高ab12", max_size=30))
def test_common_runs_are_pieces_of_both_and_no_longer_than_the_question(wanted: str, given_: str) -> None:
    runs = common_runs(wanted, given_)
    assert sum(runs) <= len(wanted)
    assert all(length >= 2 for length in runs)
    assert bool(runs) == any(wanted[i : i + 2] in given_ for i in range(len(wanted) - 1))


@given(st.text(max_size=60))
def test_simplified_text_keeps_its_length(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


def test_a_clause_that_begins_with_what_is_asked_for_is_told_from_one_that_only_holds_it() -> None:
    _, begins, holds = rows("夜来香的种子有什么特点？", "夜来香是植物。", "种子宽卵形。", "它结出种子。")
    assert begins["opens"] > holds["opens"]
    assert begins["rest_pairs"] == holds["rest_pairs"] > 0


def test_a_word_that_went_with_the_question_in_other_answers_counts_though_the_question_lacks_it() -> None:
    model = {"职务": {"任": 1.2, "岁": -1.0}}
    good, bad = association_features(model, "他的职务是什么", ["他任局长。", "他今年九十岁。"])
    assert dict(zip(ASSOCIATIONS, good, strict=True))["goes_best"] == 1.2
    assert dict(zip(ASSOCIATIONS, bad, strict=True))["clashes_worst"] == -1.0


def test_the_heading_that_asks_the_same_in_other_words_covers_more_of_the_question() -> None:
    weight = dict.fromkeys(question_tokens("保修几年"), 0.5)
    same = heading_features("保修几年", weight, "手册\n售后 › 质保多久？")
    other = heading_features("保修几年", weight, "手册\n售后 › 怎样寄送")
    assert same[0] > other[0]
    assert heading_features("保修几年", weight, "") == [0.0] * 4
