"""Setting up webhooks, and delivering by hand. Everything is audited; of the address only the host."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.chat.happenings import Happening
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound
from apps.core.network import NoWay

from .delivering import waiting_end
from .models import Delivery, State, Webhook
from .problems import problem_shown
from .queueing import PATIENCE, delivery_queue, wake_later
from .sending import target_check
from .signing import secret_new

TEST = "webhook.test"
MOST = 20  # each may keep a thread of the worker busy


def webhook_make(
    *, actor: Actor, name: str, address: str, events: Sequence[str], with_text: bool = False
) -> Webhook:
    """Switched on; its `secret` is shown now and not again. Raises BadInput, for too many too."""
    _check(address, events)
    with transaction.atomic():
        if Webhook.objects.count() >= MOST:
            raise BadInput(
                _("There are %(count)d webhooks already. Delete one that is not needed.") % {"count": MOST}
            )
        hook = Webhook.objects.create(
            name=name,
            address=address.strip(),
            events=sorted(set(events)),
            with_text=with_text,
            secret=secret_new(),
            actor_label=actor.label,
        )
        _record(actor, "made", hook, _facts(hook))
    return hook


def webhook_change(*, actor: Actor, webhook_id: UUID, **fields: Any) -> Webhook:
    """`fields`: name, address, events, with_text, is_on. Raises NotFound and BadInput.

    Switched off, it gives up what waits; what happens until it is on again is not delivered later.
    """
    _check(fields["address"], fields["events"])
    with transaction.atomic():
        hook = _webhook(webhook_id)
        before = _facts(hook) | {"name": hook.name}
        for name in ("name", "address", "events", "with_text", "is_on"):
            setattr(hook, name, fields[name])
        hook.address, hook.events = hook.address.strip(), sorted(set(hook.events))
        if hook.is_on:
            hook.off_because, hook.failing_since, hook.failures = "", None, 0
        else:
            waiting_end(hook)
        hook.save()
        after = _facts(hook) | {"name": hook.name}
        _record(actor, "changed", hook, {name: value for name, value in after.items() if value != before[name]})
    return hook


@transaction.atomic
def webhook_secret_renew(*, actor: Actor, webhook_id: UUID) -> Webhook:
    """From now on everything is signed with the new one. Raises NotFound."""
    hook = _webhook(webhook_id)
    hook.secret = secret_new()
    hook.save(update_fields=["secret", "updated_at"])
    _record(actor, "secret_renewed", hook)
    return hook


@transaction.atomic
def webhook_delete(*, actor: Actor, webhook_id: UUID) -> Webhook:
    """With the record of its deliveries. Raises NotFound."""
    hook = _webhook(webhook_id)
    _record(actor, "deleted", hook)
    hook.delete()
    return hook


@transaction.atomic
def webhook_test(*, actor: Actor, webhook_id: UUID) -> Delivery:
    """Sends an event that means nothing, also to one that is switched off. Raises NotFound."""
    hook = _webhook(webhook_id)
    _record(actor, "tested", hook)
    return delivery_queue(hook, kind=TEST, facts={})


@transaction.atomic
def delivery_again(*, actor: Actor, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """The same event under the same id, for another day. Raises NotFound."""
    hook = _webhook(webhook_id)
    delivery = hook.deliveries.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no such delivery any more."))
    now = timezone.now()
    delivery.state, delivery.attempts = State.WAITING, 0
    delivery.next_at, delivery.give_up_at = now, now + PATIENCE
    delivery.save()
    _record(actor, "repeated", hook, {"event": delivery.event_id})
    wake_later(hook.pk)
    return delivery


def _check(address: str, events: Sequence[str]) -> None:
    if not events or not set(events) <= set(Happening.values):
        raise BadInput(_("Choose at least one event."))
    try:
        target_check(address)
    except NoWay as error:
        raise BadInput(problem_shown(error.code)) from error


def _webhook(webhook_id: UUID) -> Webhook:
    hook = Webhook.objects.select_for_update().filter(pk=webhook_id).first()
    if hook is None:
        raise NotFound(_("There is no such webhook. It may have been deleted."))
    return hook


def _facts(hook: Webhook) -> dict[str, Any]:
    return {"host": hook.host, "events": hook.events, "with_text": hook.with_text, "is_on": hook.is_on}


def _record(actor: Actor, what: str, hook: Webhook, data: dict[str, Any] | None = None) -> None:
    audit_record(
        actor=actor, action=f"webhook.{what}", target=f"webhook:{hook.pk}", data=data or {"host": hook.host}
    )
