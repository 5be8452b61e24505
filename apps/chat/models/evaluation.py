"""Sets of questions with known answers, and what came of asking them."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.registry.models import ModelVersion

from .assistant import Assistant
from .generation import Generation


class Origin(models.TextChoices):
    FILE = "file", _("A file")
    HEADINGS = "headings", _("Headings of the documents")
    GAPS = "gaps", _("Sentences with a gap")
    CONVERSATIONS = "conversations", _("Conversations")
    CORRECTIONS = "corrections", _("Reviewers’ corrections")


class EvaluationSet(BaseModel):
    """Questions that are asked together, and under whose name their runs are compared."""

    name = models.CharField(max_length=80, unique=True)
    origin = models.CharField(max_length=16, choices=Origin.choices)

    class Meta:
        ordering = ["name"]


class AskedCase(models.Model):
    """A question and what is expected of its answer, as `chat.evaluation.cases.Case` has it."""

    position = models.PositiveIntegerField()
    question = models.TextField()
    answers = models.JSONField(default=list)
    document = models.CharField(max_length=500, blank=True)
    passage = models.CharField(max_length=36, blank=True)
    group = models.CharField(max_length=80, blank=True)
    before = models.JSONField(default=list)
    near = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True


class EvaluationCase(AskedCase):
    """One question of a set; `asked_in` is the answer that it was asked for, where a customer asked it."""

    set = models.ForeignKey(EvaluationSet, on_delete=models.CASCADE, related_name="cases", db_index=False)
    asked_in = models.ForeignKey(Generation, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["set", "position"], name="evaluation_case_position")]


class RunState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


RUN_LIVE = (RunState.QUEUED, RunState.RUNNING)


class EvaluationRun(BaseModel):
    """A set asked of an assistant, or of a collection by a command, as both were then.

    `collections` are [{id, slug, version}] at the start; `settings` what else decided the answers. Only the process
    that holds the current `epoch` may write: a run that was taken over, or cancelled, is fenced off from its former
    writer. `metrics` is the report, and `error` the code of what ended the run early.
    """

    set = models.ForeignKey(EvaluationSet, on_delete=models.CASCADE, related_name="runs")
    assistant = models.ForeignKey(Assistant, on_delete=models.SET_NULL, null=True, related_name="evaluation_runs")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="evaluation_runs")
    quantization = models.CharField(max_length=8, blank=True)
    collections = models.JSONField(default=list)
    settings = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    actor_label = models.CharField(max_length=150)
    state = models.CharField(max_length=16, choices=RunState.choices, default=RunState.QUEUED)
    epoch = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    metrics = models.JSONField(default=dict)
    error = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-created_at"]

    @property
    def index_since(self) -> datetime | None:
        """Since when the embedding index answered that was searched; None where there was none, or in old runs."""
        since = self.settings.get("index", {}).get("since")
        return datetime.fromisoformat(since) if since else None


class EvaluationResult(AskedCase):
    """A case as it was when the run began, and, once `asked_at` is set, what came of it. `sources` are as a message
    has them; older runs have none.
    """

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="results", db_index=False)
    asked_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    outcome = models.CharField(max_length=16, blank=True)
    confidence = models.FloatField(default=0.0)
    retrieval_confidence = models.FloatField(default=0.0)
    found_at = models.PositiveSmallIntegerField(null=True)
    correct = models.BooleanField(default=False)
    error = models.CharField(max_length=64, blank=True)
    timings_ms = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="evaluation_result_position")]
