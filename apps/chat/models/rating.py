"""What a person thought of an answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel

from .generation import Generation


class Value(models.IntegerChoices):
    GOOD = 1, _("Helpful")
    BAD = -1, _("Not helpful")


class Reason(models.TextChoices):
    WRONG = "wrong", _("It is wrong")
    INCOMPLETE = "incomplete", _("Something is missing")
    BESIDE = "beside", _("It answers another question")
    UNCLEAR = "unclear", _("It is hard to understand")
    OTHER = "other", _("Something else")


class Rating(BaseModel):
    """At most one an answer, by the person who asked; `reason` and `comment` are theirs to leave empty."""

    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="rating")
    value = models.SmallIntegerField(choices=Value.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
