"""Question-answer pairs that cleaning left out of a document."""

from django.db import models

from apps.core.models import BaseModel

from ..ingest.reasons import drop_reason
from .document import Document


class DroppedPair(BaseModel):
    """A pair that is not searched, and why; `restored` once somebody took it back, which later imports respect.

    `row` counts from 1 in the table; `digest` is that of question and answer.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="dropped_pairs")
    row = models.PositiveIntegerField()
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    failure = models.JSONField(default=dict)
    restored = models.BooleanField(default=False)

    class Meta:
        ordering = ["document", "row"]

    @property
    def reason(self) -> str:
        """Why it was left out, in the reader's language."""
        return drop_reason(**self.failure)
