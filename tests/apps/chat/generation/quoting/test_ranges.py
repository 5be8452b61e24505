"""Of rows keyed by ranges only the one that holds what is asked for is an answer."""

import uuid
from dataclasses import replace

import pytest

from apps.chat.generation.narrowing import best_of
from apps.chat.generation.quoting.ranged_rows import of_its_range
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval


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
    kept = of_its_range(found(*lines, question=question), question, question)
    said = sorted((one for home in kept.passages for one in home.sentences), key=lambda one: one.rank)
    return (said[0].text if said else ""), kept.confidence


DELAYS = [f"Delay: {key}; Refund: {back}" for key, back in (("15–29 minutes", "25%"), ("30–59 minutes", "50%"))]
DELAYS += ["Delay: 60–119 minutes; Refund: 100%", "Delay: 2 hours or more; Refund: the return fare"]
AGES = [f"Age: {key}; Ticket (£): {price}" for key, price in (("under 4", 0), ("4–14", 3), ("15 and over", 8))]
TO_B = [f"Zone: B; Weight: {weight}; Price: {price}" for weight, price in (("up to 2 kg", 7), ("2–5 kg", 9))]
PEOPLE = [f"Group size: {key}; Each: £{price}" for key, price in (("1–4 people", 9), ("5 or more people", 8))]
ADULTS = [f"Adults: {key}; Each: £{price}" for key, price in (("1–4 adults", 9), ("5 or more adults", 8))]
SEASONS = ["Dates: 1 Nov 2025 – 31 Mar 2026; Room: £60", "Dates: 1 Apr – 30 Sep 2026; Room: £90"]
BY_ANIMAL = ["Animal: Cat; Male: £72", "Animal: Rabbit; Male: £85", "Animal: Dog up to 10 kg; Male: £195"]
BY_ANIMAL += ["Animal: Dog over 10 kg; Male: £289"]
VISITS = ["Service: Follow-up within 14 days; Price: £31", "Service: Home visit within 5 miles; Price: £110"]
VISITS += ["Service: Home visit from 5 to 12 miles; Price: £139"]
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
        ("What do 2 adults and 6 children pay each?", PEOPLE, PEOPLE[1]),
        ("What does a room cost on 3 June 2026?", SEASONS, SEASONS[1]),
        ("What does a room cost on 3 June?", SEASONS, SEASONS[1]),
        ("How much is it to neuter a dog of 28 kg?", BY_ANIMAL, BY_ANIMAL[3]),
        ("How much is a home visit 8 miles away?", VISITS, VISITS[2]),
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
        kept = of_its_range(replace(searched, passages=(replace(home, sentences=chances),)), asked, asked)
        best = best_of(kept)
        assert best is not None and best.text == said


def test_a_sentence_that_leads_in_a_table_gives_way_to_its_row() -> None:
    rows = ["年龄: 8岁以下; 禁食: 8小时", "年龄: 8岁以上; 禁食: 6小时"]
    said, sure = best_for("12岁的老狗手术前禁食多久？", "手术前要禁食，时间按年龄而定：", *rows)
    assert said == rows[1] and sure > 0.89


def test_a_row_with_a_part_of_what_is_asked_for_is_no_surer_than_by_itself() -> None:
    said, sure = best_for("What do I get for a delay of 20 to 40 minutes?", *DELAYS[1:])
    assert said == DELAYS[1] and sure == 0.9
    said, sure = best_for("What do I get for a delay of 90 to 500 minutes?", *DELAYS[:2], DELAYS[3])
    assert said == DELAYS[3] and sure < 0.6


def test_of_rows_with_two_keys_the_one_is_said_that_holds_both_amounts() -> None:
    rows = [f"Age: {age}; Length: {length}; Price: 5" for age in ("4–9", "10–15") for length in ("1–2 h", "3–4 h")]
    assert best_for("What do 3 hours cost for a 12-year-old?", *rows) == (rows[3], 0.9)


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("How much is 2 kg of coffee?", DELAYS),  # another kind of thing is measured
        ("Two adults and three children, what do they pay?", AGES),
        ("Which way is there in 2 days?", ["Way: Post; Takes: 3–5 days", "Way: Courier; Takes: 1–2 days"]),
        ("What do 2 adults and 6 children pay each?", ADULTS),  # eight, or two and six
        ("What do 2 adults, 6 children and 2 dogs pay each?", PEOPLE),
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
        ("What does a room cost on 3 June 2027 or 3 June 2026?", SEASONS),
        ("How much is it to neuter a cat of 12 kg?", BY_ANIMAL),
        ("How much is a walk of 3 miles?", VISITS),
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
