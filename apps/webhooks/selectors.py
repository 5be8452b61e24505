"""Webhooks for the people who set them up."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound

from .models import Delivery, Webhook


def webhooks() -> QuerySet[Webhook]:
    return Webhook.objects.all()


def webhook_find(webhook_id: UUID) -> Webhook:
    """Raises NotFound."""
    hook = Webhook.objects.filter(pk=webhook_id).first()
    if hook is None:
        raise NotFound(_("There is no such webhook. It may have been deleted."))
    return hook


def deliveries_of(hook: Webhook) -> QuerySet[Delivery]:
    """Of the last month, the newest first."""
    return hook.deliveries.all()
