"""What is searched and quoted: a document's pieces, in reading order."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from apps.core.models import BaseModel

from ..places import Range, page_range, row_range
from .collection import Collection
from .document import Document


class Passage(BaseModel):
    """A piece of a document, in reading order; `collection` repeats the document's, so that access is one column.

    `spans` holds start and end of each quotable sentence, flat. `rows` says where each stands: in which row of its
    table or, of a passage that begins on a `page` and runs over others, on which page; 0 for what staff wrote. It
    is empty of what has neither, and of what was imported before they were kept.
    `sentence_vectors` is no column: a search fills it with those of the embedding index in use.
    """

    sentence_vectors: bytes | memoryview | None = None

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="passages")
    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    heading = models.TextField(blank=True)
    text = models.TextField()
    language = models.CharField(max_length=2)
    page = models.PositiveIntegerField(null=True)
    spans = ArrayField(models.PositiveIntegerField())
    rows = ArrayField(models.PositiveIntegerField(), default=list, db_default=[], blank=True)
    lexemes = SearchVectorField()
    tokens_count = models.PositiveIntegerField()

    @property
    def row_range(self) -> Range | None:
        return row_range(self.page, self.rows)

    @property
    def page_range(self) -> Range | None:
        return page_range(self.page, self.rows)

    class Meta:
        ordering = ["document", "position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="passage_position_once")]
        indexes = [
            models.Index(fields=["collection", "language"], include=["tokens_count"], name="passage_scope"),
            GinIndex(fields=["lexemes"], name="passage_lexemes", fastupdate=False),
        ]
