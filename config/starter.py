"""The model that ships with Parley: a registered version like any other, behind `production` from the start."""

import shutil
from pathlib import Path

from django.conf import settings

from apps.core.actor import SYSTEM
from apps.registry.models import Alias, ModelVersion, Source, VersionState
from apps.registry.services import alias_move, file_digest, model_register_path

NAME = "parley-starter"
ALIAS = "production"
WEIGHTS = "model.safetensors"


def starter_register() -> None:
    """Registers the shipped weights when they are new; a release's new weights become the next version.

    The files are copied: a version is immutable, while the shipped folder changes with the next release.
    `production` moves along only while it stands on an earlier starter or on nothing, never over an
    operator's choice.
    """
    digest = file_digest(settings.STARTER_DIR / WEIGHTS)
    # Somebody may have uploaded under this name: only what came from a folder and passed is a starter.
    ours = ModelVersion.objects.filter(model__name=NAME, source=Source.PATH, state=VersionState.READY)
    newest = ours.order_by("-number").first()
    if newest is None or newest.manifest[WEIGHTS]["sha256"] != digest:
        newest = model_register_path(actor=SYSTEM, name=NAME, path=_copy(digest), description="Ships with Parley.")
    alias = Alias.objects.select_related("version__model").filter(name=ALIAS).first()
    if alias is None or (alias.version.model.name == NAME and alias.version.number < newest.number):
        quantization = alias.quantization if alias else "none"
        alias_move(actor=SYSTEM, alias=ALIAS, version=newest, quantization=quantization, reason="Ships with Parley")


def _copy(digest: str) -> Path:
    target = Path(settings.MODELS_DIR / f"{NAME}-{digest[:12]}")
    part = target.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(settings.STARTER_DIR, part)
    shutil.rmtree(target, ignore_errors=True)
    return part.rename(target)
