"""An import: some files, or an address, on their way into a collection, and what became of each."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor
from apps.core.models import BaseModel

from ..ingest.reasons import reason
from .collection import Collection
from .document import Document


class ImportState(models.TextChoices):
    RECEIVING = "receiving", _("Receiving")
    QUEUED = "queued", _("Queued")
    IMPORTING = "importing", _("Importing")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


class ItemState(models.TextChoices):
    RECEIVING = "receiving", _("Receiving")
    QUEUED = "queued", _("Queued")
    IMPORTING = "importing", _("Importing")
    READY = "ready", _("Ready")
    UNCHANGED = "unchanged", _("Unchanged")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


PENDING = (ItemState.QUEUED, ItemState.IMPORTING)


class ImportSource(models.TextChoices):
    UPLOAD = "upload", _("Upload")
    FOLDER = "folder", _("Folder on the server")
    ADDRESS = "address", _("Web address")
    AGAIN = "again", _("Split anew")


class Import(BaseModel):
    """What one person brought into a collection at once.

    `owner` tells people apart for fairness: those whose import was served longest ago (`served_at`) go first.
    `question` and `answer` name the columns of question-answer tables where the usual names do not fit. With
    `prune`, documents that are not among the items leave the collection at the end. An upload is one stream of
    `size` bytes, all its files one after the other, of which `received` have arrived. `left_out` names the files of
    other types in its archives, [{archive, names, more}], and rows of tables with too many cells, [{table, wide}].
    """

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="imports")
    source = models.CharField(max_length=8, choices=ImportSource.choices)
    state = models.CharField(max_length=16, choices=ImportState.choices, default=ImportState.QUEUED)
    owner = models.CharField(max_length=40)
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=20, blank=True)
    question = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    prune = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField(default=0)
    received = models.PositiveBigIntegerField(default=0)
    removed_count = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list, blank=True)
    served_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["owner", "served_at"],
                name="import_open",
                condition=models.Q(state__in=["queued", "importing"]),
            )
        ]

    @property
    def actor(self) -> Actor:
        """Who began it: the audit log's end of an import names the same person as its beginning."""
        return Actor(user_id=self.actor_user_id, label=self.actor_label, role=self.actor_role)


class ImportItem(BaseModel):
    """One file or page of an import. It ends in exactly one of the states that are not pending.

    `name` becomes the document's; `path` is where the file lies, `member` its name inside a zip file, `address`
    where it is fetched from: until it was, there is no `path`. `validators` go to the document; what a sitemap has
    `listed` is a page, and no sitemap again. `attempts` counts how often somebody took it: it is the fence that
    keeps whoever was given up from writing. `size` is in bytes, and `offset` where they begin in the upload;
    `question`, `answer`, `ignored` and `rows` say what its columns are. `hashes` are those of the documents that it
    would become, by name, once an upload has arrived and was looked at: none where it cannot be opened, and
    `failure` says why. `replaced` tells a changed document from a new one, and `edits_replaced` counts the edits
    that gave way to it.
    """

    parent = models.ForeignKey(Import, models.CASCADE, related_name="items")
    document = models.ForeignKey(Document, models.SET_NULL, null=True, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    path = models.TextField(blank=True)
    member = models.TextField(blank=True)
    address = models.TextField(blank=True)
    validators = models.JSONField(default=dict, blank=True)
    listed = models.BooleanField(default=False)
    question = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    ignored = models.JSONField(default=list, blank=True)
    rows = models.BooleanField(default=False)
    hashes = models.JSONField(null=True, default=None)
    size = models.PositiveBigIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=ItemState.choices, default=ItemState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.JSONField(default=dict, blank=True)
    pages = models.PositiveIntegerField(default=0)
    passages = models.PositiveIntegerField(default=0)
    embedded = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0)
    replaced = models.BooleanField(default=False)
    edits_replaced = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["parent", "position"]
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="import_item_once")]
        indexes = [models.Index(fields=["parent", "state", "position"], name="import_item_next")]

    @property
    def reason(self) -> str:
        """Why it failed, in the reader's language; empty if it did not."""
        failure: dict[str, Any] = self.failure
        return reason(**failure) if failure else ""
