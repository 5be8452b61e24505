"""The knowledge base's door to embedding models: texts in, vectors of an index's dimension out."""

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _

from apps.core.errors import NotFound, Unavailable
from apps.core.language import Language
from apps.inference import services as inference
from apps.registry.selectors import Target, target_named

from ..models import EmbeddingIndex, IndexState
from .glossary import glossed

Purpose = Literal["passage", "query"]
CENTRES = Path(__file__).parent


def embed(
    index: EmbeddingIndex,
    texts: Sequence[str],
    *,
    purpose: Purpose,
    language: Language | None,
    written_in: Language | None = None,
) -> list[list[float]]:
    """One vector of length 1 a text. `language` is that of the passages, also for questions about them: there is a
    packaged model for each, and only what one of them made can be compared. None is for models that read all.
    `written_in` is the texts' own language where it is the other one: the packaged models read that too, as well as
    they can.

    Raises RuntimeUnavailable, RuntimeRefused, and Unavailable for a model that makes vectors of another dimension
    than it did.
    """
    vectors = np.array(_asked(_target(index.embedder), texts, purpose, language), dtype=np.float64)
    if vectors.shape != (len(texts), index.dimension):
        raise Unavailable(_("The embedding model makes vectors of another dimension than it did."))
    if index.embedder == inference.EMBEDDER_ID and language == "zh":
        vectors = vectors - centres(written_in or "zh")[purpose]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)  # not every server makes them of length 1
    found: list[list[float]] = (vectors / np.where(lengths > 0, lengths, 1.0)).tolist()
    return found


def embedder_found(name: str) -> tuple[str, int]:
    """What an index calls the model (an alias may move, its vectors stay), and how many numbers its vectors have.

    `name` is the packaged model's, an alias, or a version's `name@number`. Raises NotFound for any other.
    """
    target = _target(name)
    own = name if target is None else _label(target)
    return own, len(_asked(target, ["dimension"], "passage", "en")[0])


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


def _asked(
    target: Target | None, texts: Sequence[str], purpose: Purpose, language: Language | None
) -> list[list[float]]:
    if target is not None:
        return inference.embed_sync(texts=texts, purpose=purpose, target=target)
    if language != "zh":  # the model for English reads no Chinese, but a question may be Chinese
        texts = [glossed(text) or text for text in texts]
    return inference.embed_sync(texts=texts, purpose=purpose, language=language or "en")


def centres_path(language: Language) -> Path:
    return CENTRES / f"centres-{language}.json"


@cache
def centres(language: Language) -> dict[str, np.ndarray]:
    """The means of the Chinese model's vectors of texts in a language: any two have most of that in common, so
    without it their cosines tell more (`fitting/centres.py`).
    """
    said: dict[str, list[float]] = json.loads(centres_path(language).read_text())
    return {purpose: np.array(values) for purpose, values in said.items()}


@cache
def maker(language: Language) -> str:
    """What makes the packaged vectors of a language: by another name it makes others."""
    name = inference.packaged_id(language)
    if language != "zh":
        return name
    return f"{name} {sha256(centres_path('zh').read_bytes()).hexdigest()[:8]}"
