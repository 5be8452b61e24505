"""Rows keyed by ranges: what lies in one is in it by any wording and unit, and only its row is an answer."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.asking.narrowing import best_of
from apps.chat.generation.quoting.ranged_rows import of_its_range
from apps.chat.generation.quoting.ranges import Range, range_of, ranges_in
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

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
    "2026-05-03 of 2026",
    "三年级的学生",
    "第3天",
    "几百元",
    "三五天",
    "十七八岁",
]
NONE += ["一个多小时", "三岁多", "3日退房", "30.000 €", "80s jeans", "5G", "100元3张", "多少钱一天", "零下5到10度"]


def test_what_names_no_amount_or_a_doubtful_one_is_taken_for_none() -> None:
    assert {text: ranges_in(text) for text in NONE} == {text: [] for text in NONE}


def found(*lines: str, question: str, confidence: float = 0.9) -> Retrieval:
    """One passage whose first line is the best sentence, the others following in their order."""
    sentences, at = [], 0
    for rank, line in enumerate(lines, 1):
        sentences.append(RankedSentence(rank, line, at, at + len(line), 5.0 - rank))
        at += len(line) + 1
    text = "\n".join(lines)
    home = RankedPassage(uuid.uuid4(), uuid.uuid4(), "T", "", text, "en", 1.0, sentences=tuple(sentences))
    return Retrieval(question, detect_language(question), (home,), confidence)


def best_for(question: str, *lines: str) -> tuple[str, float]:
    kept = of_its_range(found(*lines, question=question), question)
    said = sorted((one for home in kept.passages for one in home.sentences), key=lambda one: one.rank)
    return (said[0].text if said else ""), kept.confidence


DELAYS = [f"Delay: {key}; Refund: {back}" for key, back in (("15–29 minutes", "25%"), ("30–59 minutes", "50%"))]
DELAYS += ["Delay: 60–119 minutes; Refund: 100%", "Delay: 2 hours or more; Refund: the return fare"]
AGES = [f"Age: {key}; Ticket (£): {price}" for key, price in (("under 4", 0), ("4–14", 3), ("15 and over", 8))]
TO_B = [f"Zone: B; Weight: {weight}; Price: {price}" for weight, price in (("up to 2 kg", 7), ("2–5 kg", 9))]
PEOPLE = [f"Group size: {key}; Each: £{price}" for key, price in (("1–4 people", 9), ("5 or more people", 8))]
COPIES = [f"Quantity: {key}; Each: £{price}" for key, price in (("1–9", 4), ("10–49", 3), ("50 or more", 2))]
NOTICE = ["Cancelled: more than 14 days before; Fee: none", "Cancelled: 0–14 days before; Fee: all"]
SERVICE = ["Service: up to 2 years; Notice: one month", "Service: over 2 years; Notice: two months"]
UNREAD = ["Delay: some minutes, about 10 or 20; Refund: none", *DELAYS]
LATE = ["Up to 10 minutes late: no charge.", "11 to 30 minutes late: £6.", "More than 30 minutes late: £15."]


@pytest.mark.parametrize(
    ("question", "lines", "best"),
    [
        ("What do I get for a delay of 90 minutes?", DELAYS, DELAYS[2]),
        ("晚点两个小时赔多少？", DELAYS, DELAYS[3]),
        ("How much is a ticket for my son? He is 7.", AGES, AGES[1]),
        ("How much is a ticket for a baby of 18 months?", AGES, AGES[0]),
        ("What does 3 kg to zone B cost?", [*TO_B, "Zone: A; Weight: 5–9 kg; Price: 6"], TO_B[1]),
        ("We were half an hour late", LATE, LATE[1]),
        ("We were 10½ minutes late", LATE, LATE[0]),  # between two ranges of whole minutes
        ("What does each of us pay as a party of 12?", PEOPLE, PEOPLE[1]),
        ("What do 20 metal signs cost each?", COPIES, COPIES[1]),
        ("What is the fee to cancel a 30 day course 3 days before?", NOTICE, NOTICE[1]),
        ("What is the notice after 3 years of service?", SERVICE, SERVICE[1]),
    ],
)
def test_the_row_that_holds_it_is_the_answer_as_sure_as_its_table(
    question: str, lines: list[str], best: str
) -> None:
    assert best_for(question, *lines) == (best, 0.9)


def test_where_no_row_holds_it_none_is_said_and_what_is_left_is_less_sure() -> None:
    note = "Claims must reach us within 28 days."
    assert best_for("What do I get for a delay of 5 minutes?", *DELAYS) == ("", 0.0)
    said, sure = best_for("What do I get for a delay of 5 minutes?", *DELAYS, note)
    assert said == note and sure < 0.5


def test_the_row_goes_before_a_sentence_without_such_an_amount_that_is_less_likely() -> None:
    prose, claim = "If our train was late, take the next one.", "Claim within 28 days."
    asked = "My train was 90 minutes late, what do I get?"
    for first, said in ((prose, DELAYS[2]), (claim, claim)):
        searched = found(first, *DELAYS, question=asked)
        [home] = searched.passages
        chances = tuple(replace(one, chance=0.4 if one.text == first else 0.6) for one in home.sentences)
        kept = of_its_range(replace(searched, passages=(replace(home, sentences=chances),)), asked)
        best = best_of(kept)
        assert best is not None and best.text == said


def test_of_rows_with_two_keys_the_one_is_said_that_holds_both_amounts() -> None:
    rows = [f"Age: {age}; Length: {length}; Price: 5" for age in ("4–9", "10–15") for length in ("1–2 h", "3–4 h")]
    assert best_for("What do 3 hours cost for a 12-year-old?", *rows) == (rows[3], 0.9)


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("How much is 2 kg of coffee?", DELAYS),  # another kind of thing is measured
        ("Two adults and three children, what do they pay?", AGES),
        ("Which way is there in 2 days?", ["Way: Post; Takes: 3–5 days", "Way: Courier; Takes: 1–2 days"]),
        ("What do 2 adults and 6 children pay each?", PEOPLE),  # eight, or two and six
        ("We are 4 adults and 6 visitors, what do we pay each?", PEOPLE),
        ("We have 2 kids, what does each of us pay?", PEOPLE),
        ("What do I get for a delay of 14.5 minutes?", DELAYS),  # nearly fifteen
        ("Where do I get a ticket, room 7?", AGES),
        ("How much is a ticket at 7?", AGES),
        ("How much is a ticket if I buy 7?", AGES),
        ("2026年门票多少钱？", AGES),
        ("How much is a ticket with a 10-year guarantee?", AGES),
        ("Tickets for my 3- and 5-year-olds?", AGES),
        ("What does article 47 cost each?", COPIES),
        ("How much is the poster in room 12?", COPIES),
        ("Do I pay to cancel a 3-day course?", NOTICE),
        ("Within how many days of my 2 days can I cancel?", NOTICE),
        ("Must I give 36 months' notice?", [row.replace("Notice", "Ends in") for row in SERVICE]),
        ("What do I get for a delay of 90 minutes?", UNREAD),  # one key is not understood
        (
            "I sent it back 40 days ago",
            ["You have 30 days to return it: call us.", "It takes 5–9 days to pay: wait."],
        ),
        ("Is there a refund for 45 minutes?", ["We close at 10: be there.", "Call 2 hours before: ask for Ann."]),
    ],
)
def test_rows_that_no_range_of_that_kind_tells_apart_stay_as_they_are(question: str, lines: list[str]) -> None:
    assert best_for(question, *lines) == (lines[0], 0.9)
