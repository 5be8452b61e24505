"""A conversation as it was when somebody shared it."""

from django.db import models

from apps.core.models import BaseModel

from .conversation import Conversation


class Share(BaseModel):
    """Whoever has the address `/s/<token>/` reads `content`, which never changes, until the share is deleted."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="shares")
    token = models.CharField(max_length=32, unique=True)
    content = models.JSONField()

    class Meta:
        ordering = ["-created_at"]
