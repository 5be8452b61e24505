"""Which embedding indexes there are at present."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core.language import Language
from apps.inference import services as inference

from ..models import EmbeddingIndex, IndexState
from .embedder import maker
from .hnsw import hnsw_create

PACKAGED_DIMENSION = 384
PACKAGED_LANGUAGES: list[Language] = ["en", "zh"]  # a model for each
STARTED = timezone.now()  # when this process began, which imports this with the application


def index_active() -> EmbeddingIndex:
    """The one that answers. A new installation gets that of the packaged embedder."""
    return EmbeddingIndex.objects.filter(state=IndexState.ACTIVE).first() or _first()


def index_answering() -> dict[str, Any]:
    """The embedding index that answers now, as plain data: whose vectors, also by language, and since when."""
    index = index_active()
    since = index.activated_at or index.created_at
    return {
        "id": str(index.pk),
        "embedder": index.embedder,
        "makers": index.makers,
        "since": since.isoformat(),
    }


def indexes_open() -> list[EmbeddingIndex]:
    """Those that a new passage gets vectors of: the active one, then the one being built."""
    active = index_active()
    return [active, *EmbeddingIndex.objects.filter(state=IndexState.BUILDING)]


def indexes_unfinished() -> list[EmbeddingIndex]:
    """Those that are being built, or failed and can be gone on with."""
    return list(EmbeddingIndex.objects.filter(state__in=[IndexState.BUILDING, IndexState.FAILED]))


def languages_apart(index: EmbeddingIndex) -> list[Language]:
    """The languages whose vectors different models made."""
    return PACKAGED_LANGUAGES if index.embedder == inference.EMBEDDER_ID else []


def makers_now(index: EmbeddingIndex) -> dict[str, str]:
    """The models that make vectors of such languages in this release."""
    return {language: maker(language) for language in languages_apart(index)}


def languages_outdated(index: EmbeddingIndex) -> list[str]:
    """The languages whose vectors another release's model made: no question's can be compared with them."""
    return [language for language, name in makers_now(index).items() if index.makers.get(language) != name]


def languages_to_renew(index: EmbeddingIndex) -> list[str]:
    """Those of them whose vectors this process may replace: of the index that answers, none where another release
    has become its maker since this process began. So of two releases that run at once the one that was started last
    makes the vectors, and they do not go on replacing each other's.
    """
    since = index.makers.get("since")
    superseded = since is not None and datetime.fromisoformat(since) > STARTED
    return [] if superseded and index.state == IndexState.ACTIVE else languages_outdated(index)


def makers_put(index: EmbeddingIndex) -> None:
    """Notes that this release makes the vectors, from this moment on."""
    index.makers = makers_now(index) | {"since": timezone.now().isoformat()}


def _first() -> EmbeddingIndex:
    try:
        with transaction.atomic():
            made = EmbeddingIndex(
                embedder=inference.EMBEDDER_ID,
                dimension=PACKAGED_DIMENSION,
                languages=PACKAGED_LANGUAGES,
                state=IndexState.ACTIVE,
                activated_at=timezone.now(),
            )
            makers_put(made)
            made.save()
            hnsw_create(made.pk, made.dimension, languages_apart(made))
            return made
    except IntegrityError:  # another process was quicker
        return EmbeddingIndex.objects.get(state=IndexState.ACTIVE)
