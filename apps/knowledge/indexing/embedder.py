"""The knowledge base's door to embedding models: texts in, vectors of an index's dimension out."""

from collections.abc import Sequence
from typing import Literal

from django.utils.translation import gettext as _

from apps.core.errors import NotFound, Unavailable
from apps.inference import services as inference

from ..models import EmbeddingIndex

Purpose = Literal["passage", "query"]


def embed(index: EmbeddingIndex, texts: Sequence[str], *, purpose: Purpose) -> list[list[float]]:
    """One vector of length 1 a text. Raises RuntimeUnavailable, RuntimeRefused, and Unavailable for a model that
    makes vectors of another dimension than it did.
    """
    vectors = inference.embed_sync(texts=texts, purpose=purpose)
    if any(len(vector) != index.dimension for vector in vectors):
        raise Unavailable(_("The embedding model makes vectors of another dimension than it did."))
    return vectors


def embedder_dimension(embedder: str) -> int:
    """How many numbers the model's vectors have. Raises NotFound for a name that nobody serves."""
    if embedder != inference.EMBEDDER_ID:
        raise NotFound(_("There is no embedding model %(name)s.") % {"name": embedder})
    return len(inference.embed_sync(texts=["dimension"], purpose="passage")[0])
