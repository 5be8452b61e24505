"""Vectors of passages, kept apart by the embedding model that made them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from apps.core.models import BaseModel

from .collection import Collection
from .passage import Passage


class IndexState(models.TextChoices):
    BUILDING = "building", _("Being built")
    ACTIVE = "active", _("In use")
    FAILED = "failed", _("Failed")
    RETIRED = "retired", _("Retired")


class EmbeddingIndex(BaseModel):
    """One embedding model's vectors of all passages in its languages; answers come from the one that is active.

    `embedder` is the packaged model's name, or a registered version's `name@number`: never an alias, which may move
    while its vectors stay. `languages` is empty where the model reads every language. New passages get vectors of
    the active index and of the one being built; a failed one keeps its vectors and can be gone on with; a retired
    one has none. `makers` are the packaged models that made its vectors, by language, and `since` when they have
    been: another release may have others (`indexing/vectors.py`). `done` of `total` passages have vectors; the
    job's present run began at `run_at` with `run_done`. `actor` is who asked for it: the fields of
    `apps.core.actor.Actor`.
    """

    embedder = models.CharField(max_length=100)
    dimension = models.PositiveSmallIntegerField()
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    makers = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=IndexState.choices, default=IndexState.BUILDING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    run_at = models.DateTimeField(null=True)
    run_done = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    actor = models.JSONField(default=dict)
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state__in=["active", "building"]), name="index_state_once"
            )
        ]

    def reads(self, language: str) -> bool:
        """Whether its model makes useful vectors of texts in `language`."""
        return not self.languages or language in self.languages

    @property
    def multilingual(self) -> bool:
        """Whether its model reads several languages."""
        return len(self.languages) != 1


class PassageVector(models.Model):
    """A passage's vector in one index; `sentences` holds those of its sentences, a row of float16 each, and
    then that of its title and headings, if any.

    Collection and language repeat the passage's, so that a search filters before it ranks. The indexes over
    `vector` are partial, one for each EmbeddingIndex, and made with it (`indexing/hnsw.py`).
    """

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="vectors", db_index=False)
    index = models.ForeignKey(EmbeddingIndex, models.CASCADE, related_name="vectors", db_index=False)
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=2)
    vector = VectorField()
    sentences = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "index"], name="vector_once")]
        indexes = [models.Index(fields=["collection", "index", "language"], name="vector_scope")]
