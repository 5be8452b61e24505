"""What staff changed in the passages of a document."""

from django.db import models

from apps.core.models import BaseModel

from .document import Document


class PassageEdit(BaseModel):
    """The text that stands in the place of another: an import that finds `original` (a SHA-256) again keeps it.

    `position` is the edited passage's at present.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="edits")
    position = models.PositiveIntegerField()
    original = models.CharField(max_length=64)
    text = models.TextField()
    actor_label = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "original"], name="passage_edit_once")]
