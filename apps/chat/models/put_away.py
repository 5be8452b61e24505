"""Questions that reviewers put away: not for the assistant to answer, so nobody reads them among the gaps again."""

from django.db import models

from apps.core.models import BaseModel

from .assistant import Assistant


class PutAway(BaseModel):
    """Questions that ask one assistant the same; `key` is a digest, so none of their words stay when they go."""

    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assistant", "key"], name="put_away_key")]
