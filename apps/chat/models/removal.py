"""The deletion of all that one person said, which takes longer than a request where it is much."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel


class RemovalState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


REMOVAL_LIVE = (RemovalState.QUEUED, RemovalState.RUNNING)


class Removal(BaseModel):
    """Takes away the conversations of `owner`, or of a visitor, begun by `until`; `pinned` ones where asked. Of an
    account that is closed all go, and at the end the account.

    `total` were there when it was asked for, `done` of them are gone. Each process that goes on with it has an
    `epoch` of its own and gives signs of life. It ends once. `by` is who asked, for the audit log.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    visitor_id = models.UUIDField(null=True, db_index=True)
    by = models.JSONField()
    until = models.DateTimeField()
    pinned = models.BooleanField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=RemovalState.choices, default=RemovalState.QUEUED)
    epoch = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    @property
    def is_live(self) -> bool:
        """Whether it goes on."""
        return self.state in REMOVAL_LIVE

    @property
    def ends_account(self) -> bool:
        return self.owner is not None and self.owner.leaving_at is not None

    @property
    def takes(self) -> models.Q:
        """Which of that person's conversations go."""
        if self.ends_account:
            return models.Q()
        begun = models.Q(created_at__lte=self.until)
        return begun if self.pinned else begun & models.Q(pinned_at=None)
