"""Which embedding indexes there are at present."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.inference import services as inference

from ..models import EmbeddingIndex, IndexState
from .hnsw import hnsw_create

PACKAGED_DIMENSION, PACKAGED_LANGUAGES = 384, ["en", "zh"]  # a model for each


def index_active() -> EmbeddingIndex:
    """The one that answers. A new installation gets that of the packaged embedder."""
    return EmbeddingIndex.objects.filter(state=IndexState.ACTIVE).first() or _first()


def index_answering() -> dict[str, str]:
    """The embedding index that answers now, as plain data: whose vectors, and since when."""
    index = index_active()
    since = index.activated_at or index.created_at
    return {"id": str(index.pk), "embedder": index.embedder, "since": since.isoformat()}


def indexes_open() -> list[EmbeddingIndex]:
    """Those that a new passage gets vectors of: the active one, then the one being built."""
    active = index_active()
    return [active, *EmbeddingIndex.objects.filter(state=IndexState.BUILDING)]


def indexes_unfinished() -> list[EmbeddingIndex]:
    """Those that are being built, or failed and can be gone on with."""
    return list(EmbeddingIndex.objects.filter(state__in=[IndexState.BUILDING, IndexState.FAILED]))


def languages_apart(index: EmbeddingIndex) -> list[str]:
    """The languages whose vectors different models made."""
    return PACKAGED_LANGUAGES if index.embedder == inference.EMBEDDER_ID else []


def _first() -> EmbeddingIndex:
    try:
        with transaction.atomic():
            made = EmbeddingIndex.objects.create(
                embedder=inference.EMBEDDER_ID,
                dimension=PACKAGED_DIMENSION,
                languages=PACKAGED_LANGUAGES,
                state=IndexState.ACTIVE,
                activated_at=timezone.now(),
            )
            hnsw_create(made.pk, made.dimension, languages_apart(made))
            return made
    except IntegrityError:  # another process was quicker
        return EmbeddingIndex.objects.get(state=IndexState.ACTIVE)
