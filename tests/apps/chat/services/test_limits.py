"""One person may ask only so much at a time; others do not feel it."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from apps.chat.models import Generation
from apps.chat.services import limits
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import TooMany

from ..fakes import send
from .test_send import at_once

pytestmark = pytest.mark.usefixtures("assistant")


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_only_so_many_answers_of_one_person_are_made_at_a_time(cast, name: str) -> None:
    for _ in range(limits.LIVE_PER_PERSON):
        sent = send(cast[name][0])
    with pytest.raises(TooMany):
        send(cast[name][0])
    send(cast["passer_by"][0])
    for _ in range(limits.LIVE_PER_PERSON + 1):
        send(SYSTEM)
    Generation.objects.filter(pk=sent.generation.pk).update(status="done")
    send(cast[name][0])


def test_questions_that_come_at_once_are_counted_one_after_the_other(owner: Actor) -> None:
    results = at_once([lambda: send(owner)] * (limits.LIVE_PER_PERSON + 4))
    assert (
        sorted(type(result).__name__ for result in results) == ["Sent"] * limits.LIVE_PER_PERSON + ["TooMany"] * 4
    )


def test_too_many_questions_in_a_minute_are_told_how_long_to_wait(owner: Actor) -> None:
    for _ in range(limits.SENDS_PER_MINUTE):
        send(owner)
        Generation.objects.update(status="done")
    Generation.objects.update(created_at=F("created_at") - timedelta(seconds=20))
    with pytest.raises(TooMany) as refused:
        send(owner)
    assert 30 <= refused.value.extra["seconds"] <= 40
    assert str(refused.value.extra["seconds"]) in str(refused.value.message)
    Generation.objects.update(created_at=F("created_at") - timedelta(seconds=41))
    send(owner)


def test_a_repeated_send_is_never_too_many(owner: Actor) -> None:
    ids = {name: uuid.uuid4() for name in ("message_id", "generation_id", "conversation_id")}
    for _ in range(limits.LIVE_PER_PERSON - 1):
        send(owner)
    assert [send(owner, **ids).repeated for _ in range(2)] == [False, True]


def test_repeats_that_come_at_once_are_never_too_many(owner: Actor) -> None:
    ids = {name: uuid.uuid4() for name in ("message_id", "generation_id", "conversation_id")}
    for _ in range(limits.LIVE_PER_PERSON - 1):
        send(owner)
    results = at_once([lambda: send(owner, **ids)] * 4)
    assert sorted(getattr(result, "repeated", result) for result in results) == [False, True, True, True]
