"""Documents that are searched together."""

from django.db import models

from apps.core.models import BaseModel

from ..ingest.passages import NORMAL, Splitting


class Collection(BaseModel):
    """Documents that are searched together. `version` grows with every change: caches live as long as one.

    A `personal` one is what somebody brought to a conversation: no list shows it, no assistant has it, and it is
    searched by who knows its id.

    Its documents' files are open to all who may read its passages where `originals_open`, else to staff alone.

    Its documents are cut as `splitting` says: `passage_size` in characters of English, `overlap` in sentences.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    version = models.PositiveBigIntegerField(default=0)
    personal = models.BooleanField(default=False)
    originals_open = models.BooleanField(default=False, db_default=False)
    passage_size = models.PositiveSmallIntegerField(default=NORMAL.size)
    overlap = models.PositiveSmallIntegerField(default=NORMAL.overlap)

    class Meta:
        ordering = ["slug"]

    @property
    def splitting(self) -> Splitting:
        return Splitting(self.passage_size, self.overlap)
