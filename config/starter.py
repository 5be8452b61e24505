"""The model that ships with Parley: a registered version like any other, behind `production` from the start."""

from django.conf import settings

from apps.core.actor import SYSTEM
from apps.registry.models import ModelVersion, Quantization, Source, VersionState
from apps.registry.selectors import alias_moves
from apps.registry.services import alias_move, file_digest, model_register_path

NAME = "parley-starter"
ALIAS = "production"
WEIGHTS = "model.safetensors"
REASON = "Ships with Parley"


def starter_register() -> None:
    """Registers the shipped weights when they are new; a release's new weights become the next version.

    `production` moves along with new weights only if no person ever moved it.
    """
    digest = file_digest(settings.STARTER_DIR / WEIGHTS)
    # Somebody may have uploaded under this name: only what came from a folder and passed is a starter.
    ours = ModelVersion.objects.filter(model__name=NAME, source=Source.PATH, state=VersionState.READY)
    newest = ours.order_by("-number").first()
    moves = alias_moves(ALIAS)
    if newest is None or newest.manifest[WEIGHTS]["sha256"] != digest:
        newest = model_register_path(actor=SYSTEM, name=NAME, path=settings.STARTER_DIR, description=REASON)
    elif moves.exists():
        return
    if not moves.exclude(actor_label=SYSTEM.label).exists():
        last = moves.first()
        quantization = last.quantization if last else Quantization.NONE
        alias_move(actor=SYSTEM, alias=ALIAS, version=newest, quantization=quantization, reason=REASON)
