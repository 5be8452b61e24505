"""Policies, which are only ever added, and what was decided under them."""

from django.db import models

from apps.core.models import BaseModel


class PolicyVersion(BaseModel):
    """Immutable; the one with the highest number is in force. `rules` is what `policy.Policy` compiles."""

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-number"]


class ListedWord(BaseModel):
    """What this installation made of the word lists: a term of its own, or one of the release's in another list.

    With an empty `category` it is one of the release's that is not looked for here. `normal` is what is compared.
    """

    term = models.CharField(max_length=60)
    normal = models.CharField(max_length=240, unique=True)
    category = models.CharField(max_length=16, blank=True)
    changed_by = models.CharField(max_length=150)


class WordsHead(models.Model):
    """One row. Every change of the lists gives it another `stamp`: by it each process sees that its own are old."""

    stamp = models.UUIDField()


FAILED = "failed"


class Decision(BaseModel):
    """What one policy version said about one text of a generation: the question ("input") or the answer ("output").

    `policy_number` is 0 for the default that a release comes with. With it judged the rules of the assistant's own
    that its version `own_version` holds; null: it had none. `action` is "failed" where all that was found is
    that the text could not be judged. `findings` lists {"check", "rule", "action",
    "start", "end"}: places, never the text itself.
    """

    generation_id = models.UUIDField(db_index=True)
    stage = models.CharField(max_length=8)
    policy_number = models.PositiveIntegerField()
    own_version = models.PositiveIntegerField(null=True)
    action = models.CharField(max_length=8)
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["created_at"]
