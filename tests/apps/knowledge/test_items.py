"""Items of lists and lines of a text: each a sentence of its own, names together, and prose never cut in two."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.extract import markdown, text
from apps.knowledge.ingest.passages import WHOLE, cut_document


def sentences(source: str, *, plain: bool = False) -> list[str]:
    document = (text if plain else markdown).extract(source.encode())
    return [piece.text[start:end] for piece in cut_document(document) for start, end in piece.spans]


def test_names_in_a_list_are_told_together_and_parted() -> None:
    listed = (
        "# Bring along\n\n- Passport\n- Two photos\n- Your insurance card\n- A pen\n- Slippers\n\nSee you there!"
    )
    assert sentences(listed) == ["Passport; Two photos; Your insurance card; A pen; Slippers", "See you there!"]
    assert sentences("# 请带\n\n- 护照\n- 照片\n- 拖鞋\n") == ["护照；照片；拖鞋"]


def test_a_short_lead_is_told_with_its_names() -> None:
    assert sentences("# A\n\nYou need:\n\n- a pen\n- paper\n\nCome at nine.") == [
        "You need: a pen; paper",
        "Come at nine.",
    ]


@pytest.mark.parametrize(
    "items",
    [
        ["打印一角", "复印两角", "扫描免费", "装订三元"],
        ["Tea £2", "Coffee £3", "Water free"],
        ["Office: Ann", "Canteen: Bo"],
        ["在馆内吃东西", "带宠物进馆", "用闪光灯拍照"],
    ],
)
def test_items_that_say_something_are_sentences_of_their_own(items: list[str]) -> None:
    assert sentences("# A\n\n" + "".join(f"- {item}\n" for item in items)) == items


@given(st.lists(st.sampled_from(["护照", "照片", "雨伞和水", "拖鞋"]), min_size=2, max_size=60))
def test_a_long_list_of_names_is_told_in_parts_that_lose_none(names: list[str]) -> None:
    told = sentences("# 请带\n\n" + "".join(f"- {name}\n" for name in names))
    assert "；".join(told).split("；") == names
    assert all(len(one) <= WHOLE["zh"] // 2 for one in told)


def test_short_lines_that_say_something_are_sentences_of_their_own() -> None:
    meals = ["早餐 7:30—9:00，6英镑", "午餐 12:15—14:00，9英镑", "晚餐 18:00—19:30，11英镑"]
    told = sentences("餐厅在一层，周末不开。\n\n" + "\n".join(meals) + "\n\n每天都有素食和清真菜品。\n", plain=True)
    assert told[1:] == [*meals, "每天都有素食和清真菜品。"]
    assert sentences("The rest is text.\n\nTea £2\nCoffee £3\nWater £1\n", plain=True)[1:] == [
        "Tea £2",
        "Coffee £3",
        "Water £1",
    ]


def test_two_lines_and_the_lines_of_an_address_stay_together() -> None:
    assert sentences("Please write to us.\n\nParley School\nQuay House\nBristol\n", plain=True)[1:] == [
        "Parley School Quay House Bristol"
    ]


PROSE = "The bell rings at {}:30 and then tea is £{} for everyone who has come by bus or on foot"


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(50, 100))
def test_wrapped_prose_is_never_cut_where_a_line_ends(numbers: list[int], columns: int) -> None:
    whole = [PROSE.format(number, number) + "." for number in numbers]
    assert sentences(textwrap.fill(" ".join(whole), columns), plain=True) == whole
