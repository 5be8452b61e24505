"""The making of one answer: a job with an event log. A socket only looks at it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.registry.models import ModelVersion

from .conversation import Conversation, Message


class Status(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Answering")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    ERROR = "error", _("Failed")
    INTERRUPTED = "interrupted", _("Interrupted")


LIVE = (Status.QUEUED, Status.RUNNING)


class Outcome(models.TextChoices):
    ANSWERED = "answered", _("Answered from the documents")
    DECLINED = "declined", _("Declined")
    SMALLTALK = "smalltalk", _("Small talk")
    BLOCKED = "blocked", _("Blocked by moderation")
    WRITTEN = "written", _("Written without documents")


class Generation(BaseModel):
    """One attempt to answer a question; the client makes its id.

    Only the process that holds the current `epoch` may write: taking the generation over raises it, and a writer
    that was thought dead finds itself fenced off. `heartbeat_at` tells when it was last heard of. `stop_chars` is
    set when somebody asked to stop: the number of UTF-16 units of the answer they had seen. One that `continues`
    another has taken over its answer, and the other has none any more.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="generations")
    question = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    answer = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, related_name="generation")
    continues = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="continued_by")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    confidence = models.FloatField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    stop_chars = models.PositiveIntegerField(null=True)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="generations")
    quantization = models.CharField(max_length=8, blank=True)
    retrieval = models.JSONField(default=dict)
    revision = models.JSONField(default=dict)
    timings = models.JSONField(default=dict)
    usage = models.JSONField(default=dict)
    error_code = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            # Two tabs that send at once: the database lets one through.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status__in=["queued", "running"]),
                name="chat_one_live_generation",
            ),
        ]
        indexes = [
            models.Index(fields=["heartbeat_at"], condition=Q(status__in=["queued", "running"]), name="chat_live"),
        ]


class GenerationEvent(models.Model):
    """One line of the log. `seq` counts from 1, in each further attempt from a million more, where the line `kept`
    says what stands; the last line is the one `end`.
    """

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    event = models.JSONField()

    class Meta:
        ordering = ["generation", "seq"]
        constraints = [models.UniqueConstraint(fields=["generation", "seq"], name="chat_event_seq")]
