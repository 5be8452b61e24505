"""Delivering what is due, each webhook by itself, one after the other: a slow receiver holds up no other."""

import json
import random
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.audit.services import audit_record
from apps.chat.happenings import words_of
from apps.core.actor import SYSTEM
from apps.core.threads import rest

from .models import Delivery, OffBecause, State, Webhook
from .sending import SECONDS, Reply, post
from .signing import signature_headers

HELD = timedelta(seconds=2 * SECONDS)  # after so long without a sign the process that delivers is dead
FIRST, LONGEST = 10.0, 4 * 3600.0  # seconds until the second try, and at most between two
FAILING, LEAST_TRIES = timedelta(days=3), 10  # after both it is switched off
KEPT = timedelta(days=30)


def deliveries_run(webhook_id: UUID) -> None:
    """Sends what is due until nothing is, or a try fails: then the next look goes on."""
    now = timezone.now()
    mine = Webhook.objects.filter(pk=webhook_id)
    if not mine.filter(busy_until__lte=now).update(busy_until=now + HELD):
        return
    try:
        while (delivery := _due(webhook_id)) and _try(delivery):
            mine.update(busy_until=timezone.now() + HELD)
            rest()  # a worker that stops is let go here
    finally:
        mine.update(busy_until=timezone.now())


def _due(webhook_id: UUID) -> Delivery | None:
    waiting = Delivery.objects.filter(webhook=webhook_id, state=State.WAITING, next_at__lte=timezone.now())
    return waiting.select_related("webhook").order_by("next_at", "created_at").first()


def _try(delivery: Delivery) -> bool:
    hook, body = delivery.webhook, body_of(delivery)
    message_id, second = str(delivery.event_id), int(time.time())
    headers = signature_headers(hook.secret, message_id=message_id, second=second, body=body)
    reply = post(hook.address, headers, body)
    _note(delivery, reply)
    return reply.is_taken


def body_of(delivery: Delivery) -> bytes:
    data: dict[str, Any] = dict(delivery.facts)
    if delivery.webhook.with_text and (words := words_of(data)):
        data["text"] = words
    event = {"id": str(delivery.event_id), "type": delivery.kind, "timestamp": delivery.happened_at.isoformat()}
    return json.dumps(event | {"data": data}, ensure_ascii=False).encode()


@transaction.atomic
def _note(delivery: Delivery, reply: Reply) -> None:
    hook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    row = Delivery.objects.select_for_update().filter(pk=delivery.pk, state=State.WAITING).first()
    if hook is None or row is None:
        return  # deleted, or switched off, while the request was on its way
    now = timezone.now()
    row.attempts, row.status, row.problem = row.attempts + 1, reply.status, reply.problem
    if reply.is_taken:
        row.state = State.DELIVERED
        hook.failing_since, hook.failures = None, 0
    else:
        hook.failing_since, hook.failures = hook.failing_since or now, hook.failures + 1
        row.next_at = now + timedelta(seconds=pause(row.attempts, reply.wait))
        if not reply.is_worth_another or row.next_at > row.give_up_at:
            row.state = State.FAILED
    row.save()
    hook.save(update_fields=["failing_since", "failures", "updated_at"])
    if reply.status == 410:
        _switch_off(hook, OffBecause.GONE)
    elif hook.failing_since and now - hook.failing_since >= FAILING and hook.failures >= LEAST_TRIES:
        _switch_off(hook, OffBecause.FAILING)


def pause(attempts: int, asked: float = 0.0) -> float:
    """Seconds until the next try: three times as many after each, spread, so that what failed together parts."""
    longest = min(FIRST * 3 ** (min(attempts, 20) - 1), LONGEST)
    return max(random.uniform(0.5, 1.0) * longest, min(asked, LONGEST))  # noqa: S311  (no secret)


def _switch_off(hook: Webhook, because: OffBecause) -> None:
    if not hook.is_on:
        return
    hook.is_on, hook.off_because = False, because
    hook.save(update_fields=["is_on", "off_because", "updated_at"])
    waiting_end(hook)
    audit_record(
        actor=SYSTEM, action="webhook.switched_off", target=f"webhook:{hook.pk}", data={"because": because}
    )


def waiting_end(hook: Webhook) -> None:
    """Gives up what is still on its way."""
    hook.deliveries.filter(state=State.WAITING).update(
        state=State.FAILED, problem="off", status=None, updated_at=timezone.now()
    )


def deliveries_prune() -> None:
    """Deletes what ended a month ago."""
    old = Delivery.objects.exclude(state=State.WAITING).filter(updated_at__lt=timezone.now() - KEPT)
    old.delete()
