"""Attempts to bring a version into service: long steps whose state people watch."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.registry.models import ModelVersion, Quantization


class RolloutState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    LOADING = "loading", _("Loading")
    TRYING = "trying", _("Trying a first answer")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


UNDER_WAY = (RolloutState.QUEUED, RolloutState.LOADING, RolloutState.TRYING)


class Rollout(BaseModel):
    """Loads a version, lets it answer once and, where `alias` is set, puts it behind that name.

    `result` is the trial answer with its figures; `error` the cause in words when it failed, in which case nothing
    moved. `actor` is who asked: the fields of `apps.core.actor.Actor`.
    """

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="rollouts")
    quantization = models.CharField(max_length=8, choices=Quantization.choices, default=Quantization.NONE)
    alias = models.SlugField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    question = models.CharField(max_length=500, blank=True)
    actor = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=RolloutState.choices, default=RolloutState.QUEUED)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at"]
