"""Owners find what they look for among many questions, and put away what is not theirs."""

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import resolve

from apps.audit.selectors import audit_events
from apps.chat.models import Assistant, Correction, Generation, Message, Rating
from apps.core.db import for_slow_page
from apps.knowledge.models import Document

from .conftest import World
from .test_insights import PAGE, ask, listed


def test_the_list_is_searched_filtered_and_sorted_at_once_and_its_pages_keep_that(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    for number in range(52):
        ask(f"停车费第{number}区多少钱", language="zh", outcome="declined", confidence=number / 100)
    ask("What does PARKING cost?", outcome="declined", confidence=0.1)
    Rating.objects.create(generation=ask("Is parking free?", confidence=0.7), value=-1)
    assert [text for text, _count in listed(reviewer, "unanswered", "q=parking&sort=sure")] == [
        "Is parking free?",
        "What does PARKING cost?",  # far from the documents: below
    ]
    assert listed(reviewer, "unanswered", "q=parking&reason=disliked") == [("Is parking free?", 1)]
    assert listed(reviewer, "unanswered", "q=parking&language=zh") == []
    asked = "days=30&q=停车费&assistant=service&language=zh&reason=far&sort=sure"
    page = reviewer.get(f"{PAGE}?{asked}").content.decode()
    (onward,) = re.findall(r'rel="next" href="[^?]*\?([^"]+)"', page)
    last = listed(reviewer, "unanswered", unescape(onward))
    assert last == [("停车费第50区多少钱", 1), ("停车费第51区多少钱", 1)]
    assert unquote(unescape(onward)) == f"{asked}&page=2"
    assert listed(reviewer, "unanswered", f"{asked}&page=9") == last  # what stood there was put away since


def test_a_search_finds_whole_questions_so_that_none_is_open_again_that_was_answered(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    ask("how can I return my lamp", outcome="declined")
    written = Correction.objects.create(
        generation=ask("How can I return a lamp?", outcome="declined"),
        answer="By post.",
        taught=Document.objects.get().pk,
    )
    assert listed(reviewer, "unanswered", "q=MY lamp") == []
    written.delete()
    for query in ("", "q=MY lamp"):
        assert [count for _text, count in listed(reviewer, "unanswered", query)] == [2]
        assert [count for _text, count in listed(reviewer, "frequent", query)] == [2]


def test_what_was_searched_is_put_away_in_all_its_wordings(reviewer: Client, world: World) -> None:
    Generation.objects.all().delete()
    for text in ("周末送货到苏州吗", "周末可以送货到苏州市吗"):
        ask(text, language="zh", outcome="declined")
    (row,) = reviewer.get(f"{PAGE}?q=苏州市").context["unanswered"].rows
    reviewer.post(f"{PAGE}away/", {"generation": ",".join(map(str, row.members))})
    assert listed(reviewer, "unanswered") == []


def test_what_the_address_says_and_no_filter_offers_is_dropped(reviewer: Client, world: World) -> None:
    Generation.objects.all().delete()
    ask("Do you sell sofas?", outcome="declined")
    query = "assistant=gone&language=fr&reason=none&sort=up&days=1"
    assert listed(reviewer, "unanswered", query) == [("Do you sell sofas?", 1)]
    assert "Remove all filters" not in reviewer.get(f"{PAGE}?{query}").content.decode()


def test_who_put_all_away_is_not_told_that_all_was_answered(reviewer: Client, world: World) -> None:
    Generation.objects.all().delete()
    reviewer.post(f"{PAGE}away/", {"generation": ask("Do you sell sofas?", outcome="declined").pk})
    assert "Every question of this time was answered or put away." in reviewer.get(PAGE).content.decode()


def test_no_other_page_waits_while_thousands_of_questions_are_grouped() -> None:
    assert resolve(PAGE).func.answered_in is for_slow_page


def test_what_the_documents_come_nowhere_near_stands_below_what_they_nearly_answer(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    for _time in range(2):
        ask("What is the weather today?", outcome="declined")
    near = ask("Who do I complain to?", outcome="declined")
    Message.objects.filter(pk=near.answer_id).update(notes=[{"kind": "nearest", "places": []}])
    above, below = reviewer.get(PAGE).content.decode().split("Asked most")[0].split("Nothing near it")
    assert "complain" in above and "weather" not in above and "weather" in below
    assert listed(reviewer, "unanswered", "reason=near") == [("Who do I complain to?", 1)]


@pytest.mark.parametrize(
    "how",
    [
        {"outcome": "declined"},
        {"confidence": 0.59, "retrieval": {"confidence": 0.9, "quotes": True}},
        {"confidence": 0.65, "retrieval": {"confidence": 0.65, "quotes": False}},  # a model wrote it
    ],
)
def test_a_gap_is_still_there_when_more_was_asked_since_than_is_looked_at(
    how: dict[str, Any], reviewer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Generation.objects.all().delete()
    Assistant.objects.update(threshold=0.6)
    ask("Do you sell sofas?", **how)
    for number in range(3):
        ask(f"Is lamp {number} bright?")
    monkeypatch.setattr("apps.chat.insights.rows.MOST", 2)
    assert listed(reviewer, "unanswered") == [("Do you sell sofas?", 1)]
    assert "the newest are looked at" in reviewer.get(PAGE).content.decode()


def test_a_search_goes_back_beyond_the_newest_that_are_looked_at(
    reviewer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Generation.objects.all().delete()
    for _time in range(2):
        ask("Do you sell sofas?")
    for number in range(3):
        ask(f"Is lamp {number} bright?")
    monkeypatch.setattr("apps.chat.insights.rows.MOST", 2)
    assert listed(reviewer, "frequent") == []
    assert listed(reviewer, "frequent", "q=SOFAS") == [("Do you sell sofas?", 2)]
    assert "A search looks through the older ones" in reviewer.get(f"{PAGE}?q=sofas").content.decode()


def test_several_questions_are_put_away_at_once_and_one_click_undoes_it(reviewer: Client, world: World) -> None:
    Generation.objects.all().delete()
    for text in ("Tell me a joke", "tell me a joke please", "Who won the cup?", "Do you sell sofas?"):
        ask(text, outcome="declined")
    page = reviewer.get(PAGE).content.decode()
    boxes = re.findall(r'type="checkbox" form="put-away" name="generation" value="([^"]+)"', page)
    assert len(boxes) == 3
    away = [box for box in boxes if str(Generation.objects.get(question__text="Do you sell sofas?").pk) != box]
    told = reviewer.post(f"{PAGE}away/", {"generation": away, "back": "days=7&q=o"}, follow=True)
    assert told.redirect_chain[0][0] == f"{PAGE}?days=7&q=o"
    assert "2 questions put away" in told.content.decode()
    assert listed(reviewer, "unanswered") == [("Do you sell sofas?", 1)]
    log = audit_events(action="question.put_away")
    assert sorted(event.target for event in log) == sorted(f"generation:{box.split(',')[0]}" for box in away)
    assert sorted(event.data["wordings"] for event in log) == sorted(box.count(",") + 1 for box in away)
    reviewer.post(f"{PAGE}back/", {"generation": told.context["undo"]})
    assert len(listed(reviewer, "unanswered")) == 3 and audit_events(action="question.brought_back").count() == 2
    assert "Choose the questions" in reviewer.post(f"{PAGE}away/", {}, follow=True).content.decode()


def test_what_was_put_away_last_stands_first_and_all_of_it_can_be_brought_back(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    asked = [ask(f"Do you sell article {number}?", outcome="declined").pk for number in range(52)]
    reviewer.post(f"{PAGE}away/", {"generation": asked[1:50]})
    reviewer.post(f"{PAGE}away/", {"generation": asked[50:]})
    reviewer.post(f"{PAGE}away/", {"generation": asked[0]})
    response = reviewer.get(f"{PAGE}?days=7")
    assert response.context["away"][0].newest == asked[0] and response.context["away_count"] == 52
    (to_all,) = re.findall(r'href="[^?"]*\?([^"#]+)#away"', response.content.decode())
    page = reviewer.get(f"{PAGE}?{unescape(to_all)}").content.decode()
    assert page.count(f'action="{PAGE}back/"') == 52 and "<details open>" in page and "#away" not in page
