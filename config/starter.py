"""The models that ship with Parley: registered versions like any other, behind their aliases from the start."""

import logging
from pathlib import Path

from django.conf import settings

from apps.core.actor import SYSTEM
from apps.core.embedded.runtime import embedder_dir
from apps.core.errors import ApplicationError
from apps.inference.services import RERANKER
from apps.moderation.policy import SHIPPED
from apps.registry.models import ModelVersion, Quantization, Source, VersionState
from apps.registry.selectors import alias_moves
from apps.registry.services import alias_move, file_digest, model_register_path
from model_runtime.loading.merging import merge_classifier

logger = logging.getLogger(__name__)

ALIAS = "production"
OURS = ("model.safetensors", "config.json")  # the files by which a release's model differs from the one before
REASON = "Ships with Parley"


def shipped_register() -> None:
    """Registers the shipped models when they are new; a release's new weights, or a new config, which says how they
    are used, become the next version.

    An alias moves along with it only if no person ever moved it.
    """
    _register("parley-starter", settings.STARTER_DIR, ALIAS, Quantization.NONE)
    _register("parley-moderation", settings.STARTER_DIR / "moderation", SHIPPED, Quantization.NONE)
    try:
        if folder := _reranker():
            _register("parley-reranker", folder, RERANKER, Quantization.INT8)
    except (ApplicationError, OSError, ValueError) as error:  # the search goes on without
        logger.warning("The shipped reranker is not set up: %s", error)


def _register(name: str, folder: Path, alias: str, quantization: str) -> None:
    # Somebody may have uploaded under this name: only what came from a folder and passed is ours.
    ours = ModelVersion.objects.filter(model__name=name, source=Source.PATH, state=VersionState.READY)
    newest = ours.order_by("-number").first()
    moves = alias_moves(alias)
    if newest is None or any(newest.manifest[file]["sha256"] != file_digest(folder / file) for file in OURS):
        newest = model_register_path(actor=SYSTEM, name=name, path=folder, description=REASON, shipped=True)
    elif moves.exists():
        return
    if not moves.exclude(actor_label=SYSTEM.label).exists():
        last = moves.first()
        quantization = last.quantization if last else quantization
        alias_move(actor=SYSTEM, alias=alias, version=newest, quantization=quantization, reason=REASON)


def _reranker() -> Path | None:
    """The shipped adapter worked into the packaged embedder, made at its first use; None without an embedder."""
    base, adapter = embedder_dir(), settings.STARTER_DIR / "reranker"
    if base is None:
        return None
    digests = (file_digest(adapter / name)[:8] for name in ("adapter_model.safetensors", "config.json"))
    folder = Path(settings.MODELS_DIR) / "-".join(("parley-reranker", *digests))
    if not folder.exists():
        merge_classifier(base, adapter, folder)
    return folder
