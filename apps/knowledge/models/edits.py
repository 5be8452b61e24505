"""What staff changed in the passages of a document."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.models import BaseModel

from .document import Document


class PassageEdit(BaseModel):
    """The text that stands in the place of the document's own: an import that finds that again keeps the edit.

    `position` is the edited passage's at present; `original` is the SHA-256 by which the document's own passage is
    known again, and the other `original_*` are what it takes to put it back (empty for edits that were made before
    these were kept). `actor_label` changed it last, at `updated_at`.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="edits")
    position = models.PositiveIntegerField()
    original = models.CharField(max_length=64)
    original_text = models.TextField(blank=True)
    original_language = models.CharField(max_length=2, blank=True)
    original_spans = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    original_rows = ArrayField(models.PositiveIntegerField(), default=list, db_default=[], blank=True)
    text = models.TextField()
    actor_label = models.CharField(max_length=150)
