"""Passages that an import took out of their document."""

from django.db import models

from apps.core.models import BaseModel

from .document import Document


class FormerPassage(BaseModel):
    """Where a passage stood: links of older answers to it, which know its id, lead there.

    `text` and `edited_by` are kept only of what staff had written, so that an import takes nobody's words for good.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="former_passages")
    position = models.PositiveIntegerField()
    heading = models.TextField(blank=True)
    text = models.TextField(blank=True)
    edited_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["document", "-created_at", "position"]
