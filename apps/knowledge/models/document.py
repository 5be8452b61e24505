"""A document of a collection, and what became of its import."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel

from ..ingest.passages import NORMAL, READER
from ..ingest.reasons import reason
from ..ingest.sniff import SLIDES
from ..retrieval.tokens import SCHEME
from .collection import Collection

WRITTEN = "text/x-answer"  # the media type of what staff wrote here: there is no file, and no import takes it out


class DocumentState(models.TextChoices):
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


def tokens_scheme() -> int:
    """The present one: what is imported now has its tokens."""
    return SCHEME


def reader_now() -> int:
    """The present one: what is imported now was read by it."""
    return READER


class Document(BaseModel):
    """A file of a collection. `name` is its path inside the collection, `sha256` that of the imported bytes.

    A document whose new version failed keeps the passages (and the hash) of the version before; `failure` holds the
    code and the values of the reason. `tokens_scheme` is at most that of its passages' lexemes. Of a page of the
    web `address` is where it stands, and `validators` are the request headers that ask whether it has changed. What
    waits or is being read is an `ImportItem`. `original` is the name by which `ingest/originals.py` keeps the file
    (empty for documents that are older than these). It was cut by `passage_size` and `overlap`, and as a table with
    the columns `question` and `answer` (empty: the usual ones) and without those `ignored`, or by its `rows` alone.
    What an earlier `reader` made passages of is read again when it is imported, even if it is the same.
    """

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=500)
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2, blank=True)
    address = models.TextField(blank=True)
    validators = models.JSONField(default=dict, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    original = models.CharField(max_length=80, blank=True, db_index=True)
    state = models.CharField(max_length=16, choices=DocumentState.choices, default=DocumentState.READY)
    failure = models.JSONField(default=dict, blank=True)
    passage_size = models.PositiveSmallIntegerField(default=NORMAL.size)
    overlap = models.PositiveSmallIntegerField(default=NORMAL.overlap)
    question = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    ignored = models.JSONField(default=list, blank=True)
    rows = models.BooleanField(default=False)
    tokens_scheme = models.PositiveSmallIntegerField(default=tokens_scheme)
    reader = models.PositiveSmallIntegerField(default=reader_now, db_default=1)
    passages_count = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["collection", "name"], name="document_name_once")]

    @property
    def slides(self) -> bool:
        """Whether its pages are slides."""
        return self.media_type == SLIDES

    @property
    def written(self) -> bool:
        """Whether staff wrote it here, and no file was imported."""
        return self.media_type == WRITTEN

    @property
    def reason(self) -> str:
        """Why it failed, in the reader's language; empty if it did not."""
        return reason(**self.failure) if self.failure else ""
