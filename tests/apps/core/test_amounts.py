"""Amounts in any wording and unit: what lies in a range is in it, and what is doubtful is none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.amounts.calendar import CLOCK
from apps.core.amounts.money import SUM
from apps.core.amounts.ranges import Range, range_of, ranges_in

# Of each kind the units that a range may be told in with their size, and those an amount may.
UNITS = [
    (
        {"kg": 1000, "公斤": 1000, " kilos": 1000},
        {"g": 1, " grams": 1, "克": 1, "斤": 500, "千克": 1000},
    ),
    ({" hours": 60, "小时": 60, "h": 60}, {" minutes": 1, "分钟": 1, "min": 1, "个小时": 60, " hours": 60}),
    ({" weeks": 7, "个星期": 7}, {" days": 1, "天": 1, " weeks": 7, "周": 7}),
    ({" years": 12, "年": 12}, {" months": 1, "个月": 1, "years": 12}),
    ({"m": 100, "米": 100}, {"cm": 1, "厘米": 1, " metres": 100}),
    ({" °C": 1, "度": 1}, {"°c": 1, " degrees": 1, "度": 1}),
]
CLOSED = ("{0}–{1}{u}", "from {0} to {1}{u}", "{0}{u} to {1}{u}", "between {0} and {1}{u}", "{0}至{1}{u}")
OPEN_BELOW = ("over {0}{u} to {1}{u}", "more than {0}{u}, up to {1}{u}")
OPEN_ABOVE = ("{0}{u}以上不满{1}{u}", "{0}{u} to less than {1}{u}", "{0}{u}及以上，不足{1}{u}")


@given(st.data())
def test_what_lies_in_a_range_is_in_it_by_any_wording_and_unit(data: st.DataObject) -> None:
    ranged, counted = data.draw(st.sampled_from(UNITS))
    word, size = data.draw(st.sampled_from(sorted(ranged.items())))
    low = data.draw(st.integers(-90, -1) | st.integers(1, 90)) if size == 1 else data.draw(st.integers(1, 90))
    high = low + data.draw(st.integers(1, 900))
    wording = data.draw(st.sampled_from((*CLOSED, *OPEN_BELOW, *OPEN_ABOVE)))
    unit, its_size = data.draw(st.sampled_from(sorted(counted.items())))
    end = data.draw(st.sampled_from((low, high))) * size // its_size
    amount = end + data.draw(st.integers(-1, 1) | st.integers(-abs(end), abs(end)))
    amount = amount if size == 1 else max(0, amount)
    key, named = range_of(wording.format(low, high, u=word)), range_of(f"{amount}{unit}")
    assert key is not None and named is not None
    value = amount * its_size
    above = value > low * size if wording in OPEN_BELOW else value >= low * size
    below = value < high * size if wording in OPEN_ABOVE else value <= high * size
    assert key.holds(named) == key.meets(named) == (above and below)


@given(
    st.text(
        alphabet="0123456789.,-–~+<>≤/¾½ abefhlmounrtykgs一二十半几个小时分钟岁年月日米块万公斤以上前至不满零下元",
        max_size=60,
    )
)
def test_whatever_a_cell_holds_it_is_read(text: str) -> None:
    assert all(one.low == one.low and one.high == one.high for one in ranges_in(text))


@pytest.mark.parametrize(
    ("key", "within", "outside"),
    [
        ("15–29 minutes", "a quarter of an hour", "half an hour"),
        ("60 to 119 minutes", "an hour and a half", "2 hours"),
        ("30–59 分钟", "半个小时", "一个半小时"),
        ("2小时以上", "两个半小时", "1小时59分"),
        ("up to 2 kg", "4 lbs", "5 pounds"),
        ("5公斤以下", "八斤", "十二斤"),
        ("from 6 to 15 years", "7-year-old", "18 months"),
        ("不满10年", "九年", "十年"),
        ("100+ people", "two hundred people", "99 people"),
        ("less than £50", "£49.99", "£50"),
        ("满1,000元", "1.2万元", "九百九十九元"),
        ("1 Jan – 31 Mar", "15 February", "1 April"),
        ("1 Nov – 28 Feb", "24 December", "3 March"),
        ("7月1日至8月31日", "八月", "九月一日"),
        ("4–6月", "5月3日", "7月"),
        ("11月至次年3月", "2月", "5月"),
        ("5月1日前", "5月1日", "5月2日"),
        ("7–14天", "7天前", "6天之前"),
        ("1.2米至1.5米", "1米25", "1米6"),
        ("5 ft to 6 ft", "5 foot 11", "6 ft 2"),
        ("1～5万元", "3万5元", "8000元"),
        ("£10,001–£50,000", "£12k", "£1.2m"),
        ("30–59 minutes", "¾ hour", "1¼ hours"),
        ("60 or more minutes", "an hour and 20 minutes", "3/4 of an hour"),
        ("零下10度至0度", "-5 °C", "零下十五度"),
        ("2 kg to under 5 kg", "2000 g", "5 kg"),
        ("5年以上10年（不含）以下", "5年", "10年"),
        ("10≤x<20", "10", "20"),
        ("1 Dec – 31 Jan", "20 December to 3 January", "1 Feb"),
        ("1 Feb – 30 Apr", "3 March", "20 December to 3 January"),
        ("65 years and over", "the over 65s", "12月龄"),
        # dates with their years
        ("1 May 2025 – 30 April 2026", "2026-04-30", "1 May 2026"),
        ("2025年11月至次年3月", "2026年3月31日", "2025年3月1日"),
        ("1 Dec – 31 Jan 2026", "5 Dec 2025", "5 Dec 2026"),
        ("until 30 April 2026", "May 3rd, 2025", "二〇二六年五月三日"),
        ("1–15 March 2026", "2026/3/9", "March 2025"),
        # lengths in two units without a blank
        ("2–3 hours", "2h30", "1h30min"),
        ("1h–2h30", "2:30 hours", "2 hrs 45 mins"),
        ("2年以上", "2年零1个月", "1年11个月"),
        # people told kind by kind
        ("5–8 people", "2 adults and 3 children", "an adult and 2 kids"),
        ("5–8人", "两个大人带3个孩子", "两大一小"),
        ("4 or more people", "我们一家四口", "2 adults + a baby"),
    ],
)
def test_units_words_and_dates_are_read(key: str, within: str, outside: str) -> None:
    held, inside, other = map(range_of, (key, within, outside))
    assert isinstance(held, Range) and inside and other
    assert held.holds(inside) and not held.meets(other)


NONE = ["May I ask?", "a day ticket", "What is the A5?", "每天多少钱", "the first one", "in 2026", "since 1990?"]
NONE += [
    "in the 1990s",
    "2019年入职",
    "03/05/2026 of 2026",
    "三年级的学生",
    "第3天",
    "几百元",
    "三五天",
    "十七八岁",
]
NONE += ["at 2h30", "14h30", "at 14:30 hours", "3.5.2026", "几个大人和3个小孩"]
NONE += ["and 2 adults and 3 children", "4 of us plus baby", "my wife and 2 adults", "3人和宝宝"]
NONE += ["it starts 9h30", "opens 8h30", "closed 2h30"]
NONE += ["一个多小时", "三岁多", "3日退房", "30.000 €", "80s jeans", "5G", "100元3张", "多少钱一天", "零下5到10度"]


def test_what_names_no_amount_or_a_doubtful_one_is_taken_for_none() -> None:
    assert {text: ranges_in(text) for text in NONE} == {text: [] for text in NONE}


@pytest.mark.parametrize(
    "text", ["5000块不到", "收入900块而已", "10块吧", "20块封顶", "押金50块退", "一百块不用找", "50块门票"]
)
def test_yuan_are_read_whatever_is_said_behind_them(text: str) -> None:
    assert [one.unit and one.unit.kind for one in ranges_in(text)] == ["cny"]


@pytest.mark.parametrize(
    "text", ["2块电池", "我们一块吃饭", "两块牌子", "一块奥运金牌", "500块瓷砖", "20块糖", "一块吧"]
)
def test_pieces_are_no_yuan(text: str) -> None:
    assert not any(one.unit and one.unit.kind == "cny" for one in ranges_in(text))


@pytest.mark.parametrize(
    "text", ["午夜一点", "一点半", "周六一点到五点", "零点", "十五点", "二十三点", "每天九点开门", "星期天两点"]
)
def test_hours_in_chinese_are_a_time_of_day(text: str) -> None:
    assert re.search(CLOCK, text)


@pytest.mark.parametrize(
    "text", ["注意以下三点：", "我们有两点优势", "第二点说明", "这两点之间", "贵一点", "一点半点", "晚上一点点"]
)
def test_points_of_a_list_and_a_little_are_no_time_of_day(text: str) -> None:
    assert not re.search(CLOCK, text)


def test_a_dollar_sign_behind_a_number_makes_no_sum_of_it() -> None:
    assert [text for text in ("PORT=8000$", "x = 38$", "$38", "38 €", "3000₩") if re.search(SUM, text)] == [
        "$38",
        "38 €",
        "3000₩",
    ]
