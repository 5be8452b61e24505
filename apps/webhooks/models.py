"""Addresses of other systems, and what they were told."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel


class OffBecause(models.TextChoices):
    FAILING = "failing", _("Nothing could be delivered for three days.")
    GONE = "gone", _("The address answered that it is gone (410).")


class Webhook(BaseModel):
    """An `address` that hears of `events`, each signed with `secret` (in plain: it makes the signatures).

    `with_text`: also what was written. `failing_since`: nothing has been taken since, at `failures` tries.
    `off_because` says why the product switched it off; empty where a person did. `busy_until`: until then one
    process is delivering, and no other.
    """

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=2000)
    events = models.JSONField(default=list)
    with_text = models.BooleanField(default=False)
    secret = models.CharField(max_length=80)
    is_on = models.BooleanField(default=True)
    off_because = models.CharField(max_length=16, choices=OffBecause.choices, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    busy_until = models.DateTimeField(default=timezone.now)
    actor_label = models.CharField(max_length=150)

    class Meta:
        ordering = ["name", "created_at"]

    @property
    def host(self) -> str:
        """What may be shown of the address: the rest is often as good as a password."""
        return self.address.partition("://")[2].partition("/")[0].partition("?")[0]


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


class Delivery(BaseModel):
    """One event on its way to one webhook. `status` and `problem` (a code) are of the last try."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    happened_at = models.DateTimeField(default=timezone.now)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=16, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["webhook", "-created_at"]),
            models.Index(
                fields=["webhook", "next_at"], condition=Q(state="waiting"), name="webhooks_delivery_waiting"
            ),
        ]
