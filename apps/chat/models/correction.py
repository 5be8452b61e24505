"""What an answer should have been."""

from django.db import models

from apps.core.models import BaseModel

from .generation import Generation


class Correction(BaseModel):
    """At most one an answer, by a reviewer: `actor_label` wrote it last, at `updated_at`. It goes with the answer.

    `answer` holds the words that were right, an accepted wording a line; `passage` is the id of the passage with
    the answer, and `document` its document's name. One of them is given, or both; with `declines` none: it should
    not have been answered. `taught` is the id of the document that the knowledge base has it as.
    """

    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="correction")
    answer = models.TextField(blank=True)
    passage = models.UUIDField(null=True)
    document = models.CharField(max_length=500, blank=True)
    declines = models.BooleanField(default=False)
    taught = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=150)

    @property
    def wordings(self) -> list[str]:
        return [line for line in self.answer.splitlines() if line]
