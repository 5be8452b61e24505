"""Deliveries: signed, tried again, given up in the end, and never two at a time."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.audit.models import AuditEvent
from apps.core import network
from apps.core.actor import SYSTEM
from apps.webhooks import delivering, sending
from apps.webhooks.delivering import FIRST, LONGEST, deliveries_prune, deliveries_run, pause
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.queueing import webhooks_wake
from apps.webhooks.services import delivery_again, webhook_change, webhook_test
from apps.webhooks.signing import secret_new, signature_headers

from .conftest import Receiver

DOCUMENTED = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"


def queued(hook: Webhook) -> Delivery:
    return webhook_test(actor=SYSTEM, webhook_id=hook.pk)


def tried(hook: Webhook, **columns: object) -> Delivery:
    """What has become of the one delivery, after another try with these columns in the row."""
    Delivery.objects.update(next_at=timezone.now(), **columns)
    deliveries_run(hook.pk)
    return Delivery.objects.get()


def test_a_receiver_can_tell_that_it_comes_from_here(receiver: Receiver, hook: Webhook) -> None:
    delivery = queued(hook)
    deliveries_run(hook.pk)
    headers, body = receiver.got[0]
    example: dict = {}
    exec(DOCUMENTED.read_text().partition("```python\n")[2].partition("```")[0], example)
    verified = example["verified"]
    assert verified(hook.secret, headers, body)
    assert not verified(hook.secret, headers, body + b" ") and not verified(secret_new(), headers, body)
    late = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
    assert not verified(hook.secret, late, body)
    event = receiver.events()[0]
    assert event["id"] == headers["webhook-id"] == str(delivery.event_id) and event["type"] == "webhook.test"
    assert headers["content-type"] == "application/json"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)


def test_the_signature_is_the_one_of_the_standard() -> None:
    secret, second = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330
    found = signature_headers(
        secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", second=second, body=b'{"test": 2432232314}'
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="  # its published example


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_receiver_is_tried_again_under_the_same_id(receiver: Receiver, hook: Webhook, status: int) -> None:
    queued(hook)
    receiver.replies = [(status, {}), (200, {})]
    delivery = tried(hook)
    assert (delivery.state, delivery.status) == ("waiting", status) and delivery.next_at > timezone.now()
    deliveries_run(hook.pk)
    assert len(receiver.got) == 1  # not before its time
    assert tried(hook).state == "delivered"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert (Webhook.objects.get().failing_since, Webhook.objects.get().failures) == (None, 0)


@pytest.mark.parametrize("reply", [(301, {"Location": "http://127.0.0.1:9/"}), (404, {}), (401, {})])
def test_what_a_receiver_refuses_is_not_tried_again_and_no_redirect_is_followed(
    receiver: Receiver, hook: Webhook, reply: tuple[int, dict[str, str]]
) -> None:
    queued(hook)
    receiver.replies = [reply]
    delivery = tried(hook)
    assert (delivery.state, delivery.status, len(receiver.got)) == ("failed", reply[0], 1)
    assert Webhook.objects.get().is_on


def test_a_receiver_that_asks_for_time_gets_it(receiver: Receiver, hook: Webhook) -> None:
    queued(hook)
    receiver.replies = [(503, {"Retry-After": "600"})]
    assert tried(hook).next_at > timezone.now() + timedelta(seconds=590)


def test_nobody_at_the_address_is_a_failure_like_any_other(receiver: Receiver, hook: Webhook) -> None:
    with socket.socket() as bound:  # and does not listen; nor can anybody else meanwhile
        bound.bind(("127.0.0.1", 0))
        Webhook.objects.update(address=f"https://127.0.0.1:{bound.getsockname()[1]}/")
        queued(hook)
        delivery = tried(hook)
    assert (delivery.state, delivery.status, delivery.problem) == ("waiting", None, "silent")


def test_a_delivery_is_given_up_after_a_day(receiver: Receiver, hook: Webhook) -> None:
    queued(hook)
    receiver.replies = [(500, {})]
    assert tried(hook, attempts=8).state == "waiting"
    assert tried(hook, give_up_at=timezone.now() + timedelta(minutes=1), attempts=8).state == "failed"


def test_a_webhook_that_fails_for_three_days_is_switched_off(receiver: Receiver, hook: Webhook) -> None:
    queued(hook)
    receiver.replies = [(500, {})]
    long_ago = timezone.now() - timedelta(days=4)
    Webhook.objects.update(failing_since=long_ago, failures=3)
    tried(hook)
    assert Webhook.objects.get().is_on  # three tries are no pattern
    Webhook.objects.update(failures=20)
    assert tried(hook).problem == "off"
    row = Webhook.objects.get()
    assert (row.is_on, row.off_because) == (False, "failing")
    assert AuditEvent.objects.get(action="webhook.switched_off").actor_label == "system"
    fields = {"name": "Tickets", "address": receiver.address, "events": row.events, "with_text": False}
    assert webhook_change(actor=SYSTEM, webhook_id=row.pk, is_on=True, **fields).off_because == ""


def test_a_receiver_that_is_gone_is_left_alone(receiver: Receiver, hook: Webhook) -> None:
    queued(hook)
    receiver.replies = [(410, {})]
    assert tried(hook).state == "failed"
    assert (Webhook.objects.get().is_on, Webhook.objects.get().off_because) == (False, "gone")


def test_a_name_that_leads_inside_by_the_time_of_the_delivery_is_not_followed(
    receiver: Receiver, hook: Webhook, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_NETWORKS = []  # type: ignore[attr-defined]
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_args, **_more: inside)
    Webhook.objects.update(address=f"https://hooks.example.com:{receiver.port}/")
    queued(hook)
    delivery = tried(hook)
    assert (delivery.state, delivery.problem, receiver.got) == ("failed", "private", [])


def test_while_one_process_delivers_no_other_does_and_a_dead_one_is_succeeded(
    receiver: Receiver, hook: Webhook
) -> None:
    queued(hook)
    ProcrastinateJob.objects.all().delete()
    Webhook.objects.update(busy_until=timezone.now() + timedelta(seconds=20))
    deliveries_run(hook.pk)
    webhooks_wake()
    assert not receiver.got and not ProcrastinateJob.objects.exists()
    Webhook.objects.update(busy_until=timezone.now())
    webhooks_wake()
    webhooks_wake()
    assert ProcrastinateJob.objects.filter(task_name="webhooks.deliver").count() == 1
    deliveries_run(hook.pk)
    assert len(receiver.got) == 1


def test_what_waits_is_sent_in_order_and_a_failure_lets_the_rest_wait_for_the_next_look(
    receiver: Receiver, hook: Webhook
) -> None:
    events = [str(queued(hook).event_id) for _ in range(3)]
    receiver.replies = [(200, {}), (500, {}), (200, {})]
    deliveries_run(hook.pk)
    assert [event["id"] for event in receiver.events()] == events[:2]
    deliveries_run(hook.pk)
    assert [event["id"] for event in receiver.events()] == events


def test_a_webhook_deleted_while_its_request_is_on_the_way_stays_deleted(
    receiver: Receiver, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deleting(*_request: object) -> sending.Reply:
        Webhook.objects.all().delete()
        return sending.Reply(200)

    queued(hook)
    monkeypatch.setattr(delivering, "post", deleting)
    deliveries_run(hook.pk)
    assert not Webhook.objects.exists() and not Delivery.objects.exists()


def test_a_delivery_sent_again_is_the_same_event(receiver: Receiver, hook: Webhook) -> None:
    queued(hook)
    receiver.replies = [(404, {}), (200, {})]
    first = tried(hook)
    delivery_again(actor=SYSTEM, webhook_id=hook.pk, delivery_id=first.pk)
    deliveries_run(hook.pk)
    assert Delivery.objects.get().state == "delivered"
    assert receiver.events()[0] == receiver.events()[1]
    assert AuditEvent.objects.get(action="webhook.repeated").data == {"event": str(first.event_id)}


def test_what_ended_a_month_ago_is_forgotten(receiver: Receiver, hook: Webhook) -> None:
    queued(hook)
    tried(hook)
    waiting = queued(hook)
    Delivery.objects.update(updated_at=timezone.now() - timedelta(days=31))
    deliveries_prune()
    assert Delivery.objects.get().pk == waiting.pk


@given(some.integers(1, 1000), some.floats(0, 1e6))
def test_pauses_grow_to_four_hours_and_are_never_all_the_same(attempts: int, asked: float) -> None:
    least = min(FIRST * 3 ** (min(attempts, 20) - 1), LONGEST) / 2
    assert least <= pause(attempts) <= 2 * least <= LONGEST
    assert min(asked, LONGEST) <= pause(attempts, asked) <= LONGEST
