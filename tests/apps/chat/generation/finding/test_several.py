"""A message that asks in one sentence and tells in others is answered as that one sentence is."""

import pytest

from apps.chat.generation.asking.several import asked_among, asked_in
from apps.chat.generation.finding.several import searched_among
from apps.core.language import detect_language

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


def test_a_clause_may_hang_on_the_one_before_it_and_a_sentence_less() -> None:
    assert asked_in(f"{MAIL} {OPEN}", "en") == OPEN
    assert asked_in("I'm new here, how often are monitors swapped?", "en").startswith("I'm new")


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
