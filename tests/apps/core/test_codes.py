"""Numbers of articles are found in what people write, and told apart from sizes and words."""

import pytest

from apps.core.codes import codes_held, codes_of, without_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("吸顶灯C40多少钱", {"c40"}),
        ("Is SP1003 or SP-1004 in stock?", {"sp1003", "sp1004"}),
        ("LG-G2 的价格", {"lgg2"}),
        ("the AB-12-34 and a C40-lamp", {"ab1234", "c40"}),
        ("a 30cm lamp, 12 V, USB-C, for 5 people", set()),
        ("What does Wi-Fi 6 cost?", set()),
    ],
)
def test_the_numbers_of_articles_in_a_text(text: str, codes: set[str]) -> None:
    assert codes_of(text) == codes


def test_a_text_holds_a_number_whole_or_as_part_of_a_longer_one() -> None:
    row = "Article: LC-40; Name: Ceiling lamp C40; Price: 99"
    assert codes_held(codes_of("lc40"), row) == codes_held(codes_of("C40"), row) == 1
    assert codes_held(codes_of("G2"), "Article: LG-G2; Price: 99") == 1
    assert codes_held(codes_of("SP-1003"), "The bracket SP 1003 costs 7.80 euros.") == 1
    assert codes_held(codes_of("SP-1003"), "The bracket SP 1004 costs 7.80 euros, for 1003 orders.") == 0
    assert codes_held(codes_of("C30"), row) == codes_held(frozenset(), row) == 0
    assert codes_held(codes_of("C40 or C30"), row) == 1


def test_a_text_without_its_numbers_keeps_its_words() -> None:
    assert without_codes("吸顶灯 C40 和 SP-1003 多少钱").split() == ["吸顶灯", "和", "多少钱"]
