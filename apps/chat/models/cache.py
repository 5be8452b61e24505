"""Answers that may be given again."""

from django.db import models

from apps.core.models import BaseModel

from .assistant import Assistant
from .generation import Generation


class CachedAnswer(BaseModel):
    """An answer from the documents, for the same question in the same circumstances.

    `fingerprint` stands for all that the answer depends on besides the question: another one, and the row is never
    found again. `question` is in its normal form, `words` what a reworded one must have in common with it.
    `sources` are the client's, `passages` [{passage, score}] what the search found. `generation` made it
    and takes it along when its conversation is deleted; none where it was made ahead of any question.
    """

    assistant = models.ForeignKey(
        Assistant, on_delete=models.CASCADE, related_name="cached_answers", db_index=False
    )
    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, null=True, related_name="cached_answer")
    language = models.CharField(max_length=2)
    fingerprint = models.CharField(max_length=64)
    question = models.TextField()
    words = models.TextField(blank=True)
    text = models.TextField()
    sources = models.JSONField()
    passages = models.JSONField()
    confidence = models.FloatField()
    hits = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assistant", "fingerprint", "question"], name="cached_answer_once")
        ]
