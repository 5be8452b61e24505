"""What assistants know: collections of documents, cut into passages that can be searched and quoted."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField

from apps.core.models import BaseModel

from .ingest.reasons import reason


class Collection(BaseModel):
    """Documents that are searched together. `version` grows with every change: caches live as long as one."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["slug"]


class DocumentState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    IMPORTING = "importing", _("Importing")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Document(BaseModel):
    """A file of a collection. `name` is its path inside the collection, `sha256` that of the imported bytes.

    A document whose new version failed keeps the passages (and the hash) of the version before; `failure` holds the
    code and the values of the reason.
    """

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=500)
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=DocumentState.choices, default=DocumentState.QUEUED)
    failure = models.JSONField(default=dict, blank=True)
    passages_count = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["collection", "name"], name="document_name_once")]

    @property
    def reason(self) -> str:
        """Why it failed, in the reader's language; empty if it did not."""
        return reason(**self.failure) if self.failure else ""


class Passage(BaseModel):
    """A piece of a document, in reading order; `collection` repeats the document's, so that access is one column.

    `spans` holds start and end of each quotable sentence, flat; `sentence_vectors` their embeddings as rows of
    float16. `embedder` names the model of all vectors of this passage and is empty where there are none.
    """

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="passages")
    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    heading = models.TextField(blank=True)
    text = models.TextField()
    language = models.CharField(max_length=2)
    page = models.PositiveIntegerField(null=True)
    spans = ArrayField(models.PositiveIntegerField())
    lexemes = SearchVectorField()
    tokens_count = models.PositiveIntegerField()
    embedder = models.CharField(max_length=100, blank=True)
    embedding = VectorField(dimensions=384, null=True)
    sentence_vectors = models.BinaryField(null=True)

    class Meta:
        ordering = ["document", "position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="passage_position_once")]
        indexes = [
            models.Index(fields=["collection", "language"], name="passage_scope"),
            GinIndex(fields=["lexemes"], name="passage_lexemes", fastupdate=False),
            HnswIndex(fields=["embedding"], name="passage_embedding", opclasses=["vector_cosine_ops"]),
        ]
