"""What an assistant was, each time somebody saved it."""

from django.db import models

from apps.core.models import BaseModel

from .assistant import Assistant


class AssistantVersion(BaseModel):
    """A whole assistant as it was saved: `content` holds the model's fields and `collections` as slugs."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    actor_label = models.CharField(max_length=150)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["assistant", "number"], name="assistant_version_once")]
