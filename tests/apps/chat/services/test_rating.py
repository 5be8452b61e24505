"""Saying what one thinks of an answer: one's own, a finished one, and once."""

import uuid

import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from apps.chat.models import Generation, Rating

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")


def address(generation_id: uuid.UUID) -> str:
    return f"/api/chat/answers/{generation_id}/rating/"


def rate(client: Client, generation_id: uuid.UUID, **fields: object) -> int:
    return client.put(address(generation_id), fields, "application/json").status_code


def answered(actor) -> Generation:
    generation = send(actor).generation
    Generation.objects.filter(pk=generation.pk).update(status="done")
    return generation


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_a_rating_is_kept_with_its_reason_changed_and_taken_back(cast, name: str) -> None:
    actor, client = cast[name]
    generation = answered(actor)
    assert rate(client, generation.pk, value=1) == 200
    assert rate(client, generation.pk, value=-1, reason="wrong", comment=" It is 14 days. ") == 200
    page = client.get(f"/api/chat/conversations/{generation.conversation_id}/").json()
    rated = page["messages"][1]["generation"]["rating"]
    assert rated == {"value": -1, "reason": "wrong", "comment": "It is 14 days."}
    assert client.delete(address(generation.pk)).status_code == 204
    assert not Rating.objects.exists()
    actions = list(AuditEvent.objects.filter(target=f"generation:{generation.pk}").values_list("action", flat=True))
    assert sorted(actions) == ["answer.rated", "answer.rated", "answer.unrated"]


@pytest.mark.parametrize("outsider", ["stranger", "passer_by", "reviewer"])
def test_nobody_rates_the_answer_of_another(cast, outsider: str) -> None:
    generation = answered(cast["owner"][0])
    client = cast[outsider][1]
    assert rate(client, generation.pk, value=1) == 404
    assert client.delete(address(generation.pk)).status_code == 404
    assert not Rating.objects.exists()


def test_an_answer_in_the_making_cannot_be_rated_yet(cast) -> None:
    actor, client = cast["owner"]
    assert rate(client, send(actor).generation.pk, value=1) == 409


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"value": 0},
        {"value": True},
        {"value": "1"},
        {"value": 1, "reason": "because"},
        {"value": -1, "comment": "x" * 1001},
        {"value": 1, "stars": 5},
    ],
)
def test_what_is_no_rating_is_refused(cast, fields: dict) -> None:
    actor, client = cast["owner"]
    assert rate(client, answered(actor).pk, **fields) == 400
    assert not Rating.objects.exists()
