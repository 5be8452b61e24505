"""Questions day by day: each counted once, by its first answer, with the ratings, by assistant, and as CSV."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.chat.models import Assistant, Conversation, Generation, Message, Rating
from apps.console.reading.chart import chart_of

from .conftest import World

NOON = timezone.now().astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight passes during no test."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def asked(assistant: Assistant, at: datetime, outcome: str = "answered", status: str = "done") -> Generation:
    conversation = Conversation.objects.create(
        assistant=assistant, visitor_id=uuid.uuid4(), title="q", language="en"
    )
    question = Message.objects.create(conversation=conversation, position=1, role="user", text="q", language="en")
    return again(question, at, outcome, status)


def again(question: Message, at: datetime, outcome: str = "answered", status: str = "done") -> Generation:
    made = Generation.objects.create(
        conversation=question.conversation, question=question, status=status, outcome=outcome
    )
    Generation.objects.filter(pk=made.pk).update(created_at=at)
    return made


def tally(client: Client, query: str, at: datetime) -> dict[str, int]:
    days = dict(client.get(f"/console/overview/?{query}").context["figures"].days)
    return dict(days[at.date()])


def test_a_question_counts_once_on_its_day_by_its_first_answer(operator: Client, world: World) -> None:
    at = NOON - timedelta(days=3)
    first = asked(world.conversation.assistant, at, "declined")
    again(first.question, at + timedelta(days=1))
    asked(world.conversation.assistant, at, "", "error")
    assert tally(operator, "days=7", at) == {"questions": 2, "answered": 0, "declined": 1, "failed": 1}
    assert not tally(operator, "days=7", at + timedelta(days=1))


def test_ratings_count_on_the_day_they_were_given(operator: Client, world: World) -> None:
    at = NOON - timedelta(days=3)
    Rating.objects.update(created_at=at)
    assert tally(operator, "days=7", at) == {"good": 0, "bad": 1}


@pytest.mark.parametrize("days", [7, 30, 90])
def test_the_first_day_of_a_period_is_whole_and_the_day_before_is_not_in_it(
    operator: Client, world: World, days: int
) -> None:
    start = (NOON - timedelta(days=days - 1)).replace(hour=0)
    asked(world.conversation.assistant, start)
    asked(world.conversation.assistant, start - timedelta(seconds=1))
    context = operator.get(f"/console/overview/?days={days}").context
    assert len(context["figures"].days) == days and context["figures"].days[0][1]["questions"] == 1
    assert context["figures"].all["questions"] == context["numbers"].questions == 2


def test_one_assistant_is_shown_alone(operator: Client, world: World) -> None:
    other = Assistant.objects.create(slug="other", name="Other desk")
    asked(other, NOON - timedelta(days=2), "declined")
    both = operator.get("/console/overview/").context
    assert [who.slug for who, _tally in both["figures"].assistants] == ["other", "service"]
    alone = operator.get("/console/overview/?assistant=other").context
    assert (alone["numbers"].questions, alone["numbers"].conversations) == (1, 1)
    assert alone["figures"].all["declined"] == 1 and alone["figures"].all["bad"] == 0


def test_the_lines_stand_also_as_a_table(operator: Client, world: World) -> None:
    page = operator.get("/console/overview/?days=30").content.decode()
    assert page.count("<polyline") == 4 and page.count('<th scope="row" class="figures nowrap">') == 30
    assert "<polyline" not in operator.get("/console/overview/?days=1").content.decode()


def test_figures_are_taken_away_as_csv(operator: Client, world: World) -> None:
    at = NOON - timedelta(days=2)
    asked(Assistant.objects.create(slug="other", name="=Other"), at)
    response: Any = operator.get("/console/overview/export/?days=30&assistant=other")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    _head, row = csv.reader(io.StringIO(text))
    assert row == [at.date().isoformat(), "'=Other", "other", "1", "1", "0", "0", "0", "0"]


def test_the_highest_day_reaches_the_top_and_none_the_ground() -> None:
    [line] = chart_of([("all", [0, 10, 5])]).lines
    assert line.points == "0.0,156.0 360.0,4.0 720.0,80.0" and line.total == 15
