"""From what happens in the chat to deliveries that wait. The rows are the queue; a job wakes a worker."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from apps.chat.happenings import happened
from apps.chat.models import Conversation

from .models import Delivery, State, Webhook

PATIENCE = timedelta(days=1)


@receiver(happened)
def happening_queue(happening: str, conversation_id: UUID, facts: dict[str, Any], **_signal: Any) -> None:
    """One delivery for each webhook that wants it, in the transaction in which it happens."""
    hooks = list(Webhook.objects.filter(is_on=True, events__contains=[happening]))
    if not hooks:
        return
    conversation = Conversation.objects.select_related("assistant").get(pk=conversation_id)
    if conversation.is_trial:
        return
    event_id, now = uuid4(), timezone.now()
    whole = {"conversation": str(conversation_id), "assistant": conversation.assistant.slug, **facts}
    for hook in hooks:
        delivery_queue(hook, kind=happening, facts=whole, event_id=event_id, happened_at=now)


def delivery_queue(hook: Webhook, **event: Any) -> Delivery:
    """`event`: kind, facts, and event_id and happened_at where it has them already."""
    delivery = Delivery.objects.create(webhook=hook, give_up_at=timezone.now() + PATIENCE, **event)
    wake_later(hook.pk)
    return delivery


def wake_later(webhook_id: UUID) -> None:
    """With the commit, so that the job's row holds up nobody; should that fail, `webhooks_look` sees to it."""
    transaction.on_commit(partial(wake, webhook_id), robust=True)


def wake(webhook_id: UUID) -> None:
    """Makes sure that a worker looks at this webhook's deliveries."""
    from .tasks import deliver_job  # tasks run what is here

    with suppress(AlreadyEnqueued), transaction.atomic():
        deliver_job.configure(queueing_lock=f"webhook:{webhook_id}").defer(webhook_id=str(webhook_id))


def webhooks_wake() -> None:
    """Those with deliveries that are due and that nobody is at."""
    now = timezone.now()
    due = Delivery.objects.filter(state=State.WAITING, next_at__lte=now, webhook__busy_until__lte=now)
    for webhook_id in due.order_by().values_list("webhook", flat=True).distinct():
        wake(webhook_id)
