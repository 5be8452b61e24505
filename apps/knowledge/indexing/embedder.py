"""The knowledge base's door to embedding models: texts in, vectors of an index's dimension out."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _

from apps.core.errors import NotFound, Unavailable
from apps.inference import services as inference
from apps.registry.selectors import Target, target_named

from ..models import EmbeddingIndex, IndexState
from .glossary import glossed

Purpose = Literal["passage", "query"]


def embed(index: EmbeddingIndex, texts: Sequence[str], *, purpose: Purpose) -> list[list[float]]:
    """One vector of length 1 a text. Raises RuntimeUnavailable, RuntimeRefused, and Unavailable for a model that
    makes vectors of another dimension than it did.
    """
    vectors = np.array(_asked(_target(index.embedder), texts, purpose), dtype=np.float64)
    if vectors.shape != (len(texts), index.dimension):
        raise Unavailable(_("The embedding model makes vectors of another dimension than it did."))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)  # not every server makes them of length 1
    found: list[list[float]] = (vectors / np.where(lengths > 0, lengths, 1.0)).tolist()
    return found


def embedder_found(name: str) -> tuple[str, int]:
    """What an index calls the model (an alias may move, its vectors stay), and how many numbers its vectors have.

    `name` is the packaged model's, an alias, or a version's `name@number`. Raises NotFound for any other.
    """
    target = _target(name)
    own = name if target is None else _label(target)
    return own, len(_asked(target, ["dimension"], "passage")[0])


def embedder_targets() -> list[Target]:
    """What the runtime should hold so that passages and questions can be embedded (`need_register`)."""
    open_ones = EmbeddingIndex.objects.filter(state__in=[IndexState.ACTIVE, IndexState.BUILDING])
    named = open_ones.exclude(embedder=inference.EMBEDDER_ID).values_list("embedder", flat=True)
    found: list[Target] = []
    for name in named:
        with suppress(NotFound):  # a version that is gone must not keep the others from being loaded
            found.append(target_named(name))
    return found


def _target(name: str) -> Target | None:
    return None if name == inference.EMBEDDER_ID else target_named(name)


def _label(target: Target) -> str:
    suffix = "" if target.quantization == "none" else f"+{target.quantization}"
    return f"{target.version.label}{suffix}"


def _asked(target: Target | None, texts: Sequence[str], purpose: Purpose) -> list[list[float]]:
    if target is None:  # the packaged model reads English only
        return inference.embed_sync(texts=[glossed(text) or text for text in texts], purpose=purpose)
    return inference.embed_sync(texts=texts, purpose=purpose, target=target)
