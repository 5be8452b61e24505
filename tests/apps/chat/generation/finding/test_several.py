"""A message that asks in one sentence and tells in others is answered as that one sentence is."""

from dataclasses import replace

import pytest

from apps.chat.generation.asking.followup import context_of
from apps.chat.generation.asking.several import asked_among, hanging
from apps.chat.generation.finding.several import searched_among
from apps.chat.generation.narrowing import best_of
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedPassage

from ...fakes import FakeSearch, passage
from ..asking.test_greetings import brief

MAIL, OPEN = "My mail is jo@example.org.", "When are you open on Friday?"


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        (f"{MAIL} {OPEN}", OPEN),
        (
            "hi. my lamp flickers, i am mad. how long may the clip be? thanks a lot!",
            "how long may the clip be?",
        ),
        ("你好，我叫王芳。星期六看病吗？谢谢！", "星期六看病吗？"),
        ("我昨天看见鬼了。密码最少几位", "密码最少几位"),
        ("Can you help me? How often are monitors swapped?", "How often are monitors swapped?"),
        ("Is Dr. Hale there?", ""),
        ("when is the busiest time in st. ives?", ""),
        ("i came with the sleeper of eight. refunds?", ""),
        ("How long does it take? And what does it cost?", ""),
        ("My lamp is broken. Help!", ""),
        ("I'm new here, how often are monitors swapped?", "how often are monitors swapped?"),
        ("我们家总跳闸，水壶多少瓦？", "水壶多少瓦？"),
        ("If I pay by card, when is the refund visible?", ""),
        ("微信付的款，退款什么时候能看到？", ""),
    ],
)
def test_the_sentence_that_asks_is_told_from_those_that_tell(message: str, asks: str) -> None:
    part = asked_among(message, detect_language(message))
    assert (part.question if part else "") == asks


@pytest.mark.parametrize(
    "message",
    [
        "What is a Gateway G2? How much is it?",
        "Where is the museum? How much is it?",
        "Can I return it? What do I need?",
        "年卡多少钱？怎么办？",
    ],
)
def test_of_two_questions_none_is_left_out_that_hangs_on_the_other(message: str) -> None:
    assert asked_among(message, detect_language(message)) is None


@pytest.mark.parametrize(
    "message",
    [
        "> When are you open?\nWe open at nine.\n\nThanks, and I want to cancel my booking.",
        "I want to cancel.\n\nOn Monday Ms Adler wrote:\nWhen do you want to come?",
        "我想退课。\n\n在2027年3月2日，王芳写道：\n您什么时候来？",
        "Can't open the door. My key is new.",
        "Do call me back. My key is new.",
        "My key is new. Which is why I am writing.",
        "What a mess! I lost my card.",
        "When I press the button, nothing happens. My lamp is new.",
        "能帮个忙吗？我想退货。",
        "请问一下可以吗？我要退押金。",
        "Can I ask something? I lost my card on the bus.",
        "Any chance? I want to swap my Friday lesson.",
    ],
)
def test_what_only_opens_tells_or_is_quoted_of_others_asks_nothing(message: str) -> None:
    assert asked_among(message, detect_language(message)) is None


def test_what_a_mail_quotes_is_told_and_one_s_own_sentence_asks() -> None:
    part = asked_among("> Are you coming?\nHow do I cancel a lesson?", "en")
    assert part and part.question == "How do I cancel a lesson?"


def test_what_is_told_keeps_a_question_from_hanging_on_those_before() -> None:
    assert hanging("Thanks! How long does that take?", "en") == "How long does that take?"
    for message in (f"{MAIL} {OPEN}", "I'm new here, how often are monitors swapped?"):
        assert hanging(message, "en") == message


@pytest.mark.parametrize(
    ("message", "before"),
    [
        ("I saw the Gateway G2. How much is it?", "What does the Gateway G1 cost?"),
        ("I lost my card. What should I do?", "How do I register at the gym?"),
        ("My dog is sick. What now?", "When are you open?"),
        ("我看中了G2。多少钱？", "G1保修多久？"),
    ],
)
def test_who_tells_what_is_meant_takes_nothing_along_from_before(message: str, before: str) -> None:
    language = detect_language(message)
    assert context_of(hanging(message, language), [before], language) == ""


AGES = ("Age: under 4; Ticket (£): 0", "Age: 4–14; Ticket (£): 3", "Age: 15 and over; Ticket (£): 8")
DELAYS = ("Delay: 15–29 minutes; Refund: 25%", "Delay: 30–59 minutes; Refund: 50%")
ZH_AGES = ("年龄: 4岁以下; 票价: 免费", "年龄: 4–14岁; 票价: 3元", "年龄: 15岁以上; 票价: 8元")


def table(*lines: str) -> RankedPassage:
    text, home = "\n".join(lines), passage(*lines)
    sentences = (
        replace(one, start=text.find(one.text), end=text.find(one.text) + len(one.text)) for one in home.sentences
    )
    return replace(home, text=text, language=detect_language(text), sentences=tuple(sentences))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("message", "rows", "right"),
    [
        ("My son is 7. What does a ticket cost?", AGES, AGES[1]),
        ("I was delayed 40 minutes by your train. Which refund do I get?", DELAYS, DELAYS[1]),
        ("我家孩子7岁。要买票吗？", ZH_AGES, ZH_AGES[1]),
    ],
)
async def test_an_amount_that_is_told_chooses_the_row(
    search: FakeSearch, message: str, rows: tuple[str, ...], right: str
) -> None:
    search.passages, search.confidences = (table(*rows),), {message: 0.95}
    found = await searched_among(brief(message))
    best = best_of(found.found)
    assert best and best.text == right


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("The display shows E21. How do I clear the error?", "To clear the error E45 hold the button."),
        ("显示E21。怎么清除故障？", "清除故障 E45：按住按钮。"),
    ],
)
async def test_what_is_said_of_another_error_than_the_one_told_is_declined(
    search: FakeSearch, message: str, says: str
) -> None:
    search.passages = (passage(says, title="Help"),)
    assert (await searched_among(brief(message))).apart == "no"


@pytest.mark.asyncio
async def test_an_error_that_is_told_keeps_nobody_from_another_answer(search: FakeSearch) -> None:
    search.passages = (passage("The shop is open from 9:00 to 18:00.", title="Help"),)
    found = await searched_among(brief("The display shows E21. When is the shop open?"))
    assert not found.apart


@pytest.mark.asyncio
async def test_what_is_told_is_not_searched_for_where_the_question_is_answered_alone(
    search: FakeSearch,
) -> None:
    message = "I saw a ghost. How loud is the purifier at night?"
    search.of = {"ghost": (passage("A ghost light stands on the stage."),)}
    search.confidences = {message: 0.4}
    found = await searched_among(brief(message))
    assert found.brief.question == "How loud is the purifier at night?"
    assert "ghost" not in found.found.passages[0].text


@pytest.mark.asyncio
async def test_what_the_question_hangs_on_is_searched_for(search: FakeSearch) -> None:
    message = "We want our logo on the lamps. What does that cost?"
    search.of = {"logo": (passage("Engraving your logo on a lamp costs 12 EUR."),)}
    found = await searched_among(brief(message))
    assert found.found.passages[0].text.startswith("Engraving")


@pytest.mark.asyncio
async def test_what_is_told_counts_where_it_names_the_thing(search: FakeSearch) -> None:
    message = "I have the Ember Pro. How far does the arm of the lamp reach?"
    search.of = {"Ember": (passage("The arm of the Ember Pro reaches 62 cm."),)}
    found = await searched_among(brief(message))
    assert found.found.passages[0].text.startswith("The arm of the Ember Pro")
