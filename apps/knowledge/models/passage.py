"""What is searched and quoted: a document's pieces, in reading order."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HnswIndex, VectorField

from apps.core.models import BaseModel

from .collection import Collection
from .document import Document


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
