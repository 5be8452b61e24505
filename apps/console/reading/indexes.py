"""Embedding indexes as their page shows them, and the models that a new one can be built with."""

from django.utils.translation import gettext as _

from apps.inference.services import EMBEDDER_ID, packaged_id
from apps.knowledge.models import EmbeddingIndex
from apps.knowledge.selectors import IndexProgress
from apps.registry.models import Kind, ModelVersion, VersionState

from .knowledge_imports import time_left


def embedders() -> list[str]:
    """The packaged model, then every registered version that embeds and is ready."""
    versions = ModelVersion.objects.select_related("model").filter(kind=Kind.EMBEDDER, state=VersionState.READY)
    return [EMBEDDER_ID, *(version.label for version in versions.order_by("model__name", "-number"))]


def languages_choices() -> list[tuple[str, str]]:
    """What a model may read; "" is every language."""
    return [("", _("English and Chinese")), ("en", _("English only")), ("zh", _("Chinese only"))]


def languages_shown(index: EmbeddingIndex) -> str:
    """Which languages its passages are of."""
    if index.embedder == EMBEDDER_ID:
        return _("English, and Chinese by %(model)s") % {"model": packaged_id("zh")}
    return dict(languages_choices())["" if len(index.languages) != 1 else index.languages[0]]


def progress_shown(progress: IndexProgress) -> str:
    """ "120 of 4,000 passages, about 3 minutes left"."""
    said = _("%(done)d of %(total)d passages") % {"done": progress.index.done, "total": progress.index.total}
    return said if progress.seconds_left is None else f"{said} · {time_left(progress.seconds_left)}"
