"""Keys with which other systems ask the assistants."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from apps.chat.models import Assistant
from apps.core.models import BaseModel


class ApiKey(BaseModel):
    """A key for `assistants`. The token is known to its holder alone: here are its SHA-256 and its first letters.

    At most `per_minute` requests a minute and `live` answers at a time. `minute` and `asked` count the requests
    of the minute that began then.
    """

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    assistants = models.ManyToManyField(Assistant, related_name="api_keys")
    per_minute = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    live = models.PositiveIntegerField(default=4, validators=[MinValueValidator(1), MaxValueValidator(1_000)])
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    actor_label = models.CharField(max_length=150)
    minute = models.DateTimeField(default=timezone.now)
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and not self.is_expired


class Place(BaseModel):
    """One of a key's `live` places, for work that is no answer (yet); free at `ends_at` where its process died."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="places")
    ends_at = models.DateTimeField()
