"""What is told, to whom, and how much of it."""

import uuid

import pytest
from asgiref.sync import async_to_sync
from chat.fakes import ONE, FakeRuntime, FakeSearch, send
from django.db import transaction

from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Conversation
from apps.chat.services import (
    conversation_delete,
    generation_stop,
    handover_request,
    handover_resolve,
    handover_take,
    rating_set,
)
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import TooMany
from apps.inference.errors import RuntimeUnavailable
from apps.webhooks.delivering import deliveries_run
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.services import webhook_make

from .conftest import Receiver

QUESTION = "How long may I return it?"


def answered(actor: Actor, **ids):
    sent = send(actor, QUESTION, **ids)
    async_to_sync(generation_run)(sent.generation.pk)
    return sent


def kinds() -> list[str]:
    return list(Delivery.objects.order_by("created_at").values_list("kind", flat=True))


def test_a_conversation_is_told_from_its_beginning_to_its_end(
    cast, assistant: Assistant, hook: Webhook, runtime: FakeRuntime
) -> None:
    owner, lin = cast["owner"][0], cast["reviewer"][0]
    Assistant.objects.update(handover=True)
    sent = answered(owner)
    rating_set(actor=owner, generation_id=sent.generation.pk, value=-1, reason="wrong", comment="Not so.")
    conversation = {"conversation_id": sent.conversation.pk}
    handover_request(actor=owner, assistant="service", **conversation)
    handover_take(actor=lin, **conversation)
    handover_resolve(actor=lin, **conversation)
    conversation_delete(actor=owner, **conversation)
    assert kinds() == [
        "conversation.created",
        "message.answered",
        "rating.given",
        "handover.requested",
        "handover.taken",
        "handover.resolved",
        "conversation.deleted",
    ]
    facts = Delivery.objects.get(kind="rating.given").facts
    assert (facts["value"], facts["reason"], facts["assistant"]) == (-1, "wrong", "service")
    assert {row.facts["conversation"] for row in Delivery.objects.all()} == {str(sent.conversation.pk)}


def test_what_is_not_answered_is_told_as_such(
    owner: Actor, assistant: Assistant, hook: Webhook, runtime: FakeRuntime, search: FakeSearch
) -> None:
    hook.events = ["message.answered", "message.declined", "message.failed"]
    hook.save()
    search.confidence, runtime.pieces = 0.1, ["[no]", " ", "I found no answer to this in the documents. "]
    answered(owner)
    search.confidence, runtime.pieces, runtime.error = 0.9, [], RuntimeUnavailable("gone")
    answered(owner)
    sent = send(owner, QUESTION)
    generation_stop(actor=owner, generation_id=sent.generation.pk, seen_chars=0)
    assert kinds() == ["message.declined", "message.failed"]
    assert Delivery.objects.get(kind="message.failed").facts["code"] == "runtime_unavailable"


def test_only_who_wants_an_event_and_is_switched_on_hears_of_it(
    owner: Actor, assistant: Assistant, receiver: Receiver, hook: Webhook
) -> None:
    wanted = {"address": receiver.address, "actor": SYSTEM}
    other = webhook_make(name="Other", events=["conversation.created"], **wanted)
    webhook_make(name="Ratings", events=["rating.given"], **wanted)
    closed = webhook_make(name="Closed", events=["conversation.created"], **wanted)
    Webhook.objects.filter(pk=closed.pk).update(is_on=False)
    send(owner)
    rows = Delivery.objects.all()
    assert {row.webhook_id for row in rows} == {hook.pk, other.pk} and len({row.event_id for row in rows}) == 1


def test_what_did_not_happen_is_not_told(owner: Actor, assistant: Assistant, hook: Webhook) -> None:
    with pytest.raises(TooMany), transaction.atomic():
        send(owner)
        raise TooMany("no")
    assert not Delivery.objects.exists()


def test_no_word_leaves_unless_the_webhook_says_so(
    owner: Actor, assistant: Assistant, receiver: Receiver, hook: Webhook, runtime: FakeRuntime
) -> None:
    sent = answered(owner)
    rating_set(actor=owner, generation_id=sent.generation.pk, value=-1, comment="Not so.")
    deliveries_run(hook.pk)
    for word in (QUESTION, ONE, "Not so."):
        assert word not in str(receiver.got) and word not in str(list(Delivery.objects.values()))
    Webhook.objects.update(with_text=True)
    Delivery.objects.update(state="waiting")
    receiver.got.clear()
    deliveries_run(hook.pk)
    created, answer, rating = (event["data"] for event in receiver.events())
    assert answer["text"] == {"question": QUESTION, "answer": f"{ONE} [1]"} and "text" not in created
    assert rating["text"]["comment"] == "Not so."
    sent.generation.refresh_from_db()
    assert (answer["outcome"], answer["confidence"]) == ("answered", sent.generation.confidence)


def test_words_that_were_deleted_meanwhile_are_not_sent(
    owner: Actor, assistant: Assistant, receiver: Receiver, hook: Webhook, runtime: FakeRuntime
) -> None:
    Webhook.objects.update(with_text=True)
    sent = answered(owner, conversation_id=uuid.uuid4())
    conversation_delete(actor=owner, conversation_id=sent.conversation.pk)
    assert not Conversation.objects.exists()
    deliveries_run(hook.pk)
    assert [event["type"] for event in receiver.events()][-1] == "conversation.deleted"
    assert QUESTION not in str(receiver.got)
