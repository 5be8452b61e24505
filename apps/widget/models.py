"""The chat on other sites: each site's inbox, and who has it open."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.chat.models import Assistant
from apps.core.models import BaseModel


class Side(models.TextChoices):
    """The lower corner of the site's page."""

    RIGHT = "right", _("Bottom right")
    LEFT = "left", _("Bottom left")


class Inbox(BaseModel):
    """What one site's widget offers, to whom, and how it looks. `*_zh` is shown in Chinese where it is filled.

    Only pages of the `origins` (scheme, host and port) may show it. Without `anonymous` nobody asks who has not
    been named by the site, in a token that is signed with the inbox's secret: number `secret_serial` of those that
    were made (0: none), until `old_secret_until` the one before it as well. No secret is stored; see `signing`.
    At most `per_minute` questions a minute and `live` answers at a time, of all visitors together.
    """

    name = models.CharField(max_length=80)
    assistants = models.ManyToManyField(Assistant, related_name="inboxes")
    origins = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    anonymous = models.BooleanField(default=True)
    accent = models.CharField(max_length=7, default="#0f766e", validators=[RegexValidator(r"\A#[0-9a-f]{6}\Z")])
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.RIGHT)
    label = models.CharField(max_length=30, blank=True)
    label_zh = models.CharField(max_length=30, blank=True)
    greeting = models.CharField(max_length=120, blank=True)
    greeting_zh = models.CharField(max_length=120, blank=True)
    per_minute = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    live = models.PositiveIntegerField(default=8, validators=[MinValueValidator(1), MaxValueValidator(1_000)])
    secret_serial = models.PositiveIntegerField(default=0)
    old_secret_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "created_at"]

    @property
    def has_old_secret(self) -> bool:
        return self.old_secret_until is not None and self.old_secret_until > timezone.now()


class VisitorSession(BaseModel):
    """A widget's frame that may ask: its holder has the token, here is its SHA-256.

    `subject` and `name` are who the site says it is, empty for somebody unnamed; `visitor_id` owns the
    conversations, and is the same for the same subject of the same inbox.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="sessions")
    visitor_id = models.UUIDField()
    subject = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    ip = models.CharField(max_length=45, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["inbox", "ip", "created_at"])]


class SpentToken(models.Model):
    """An identity token that was used, until it would have run out anyway: it opens one session only."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
